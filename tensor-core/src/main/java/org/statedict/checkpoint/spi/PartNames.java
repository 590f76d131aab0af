package org.statedict.checkpoint.spi;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.statedict.tensor.Opaque;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Value;

/// The names of the parts of what PyTorch rebuilds from several tensors: sparse, quantized, nested
/// and meta tensors are objects under the name of their rebuild function, and `w.indices` says more
/// than `w.1.0`.
final class PartNames {
  private static final Map<String, List<String>> SPARSE =
      Map.of(
          "torch.sparse_coo", List.of("indices", "values", "size", "is_coalesced"),
          "torch.sparse_csr", List.of("crow_indices", "col_indices", "values", "size"),
          "torch.sparse_csc", List.of("ccol_indices", "row_indices", "values", "size"),
          "torch.sparse_bsr", List.of("crow_indices", "col_indices", "values", "size"),
          "torch.sparse_bsc", List.of("ccol_indices", "row_indices", "values", "size"));
  private static final List<String> QUANTIZED =
      List.of(
          "int_repr", "storage_offset", "size", "stride", "", "requires_grad", "backward_hooks");
  private static final List<String> PER_TENSOR = List.of("qscheme", "scale", "zero_point");
  private static final List<String> PER_CHANNEL =
      List.of("qscheme", "scales", "zero_points", "axis");
  private static final List<String> NESTED = List.of("buffer", "sizes", "strides", "offsets");
  private static final List<String> META = List.of("dtype", "size", "stride", "requires_grad");

  private PartNames() {}

  /// What an object was called with, under a name or a position each.
  static List<Map.Entry<String, Value>> of(Opaque object) {
    if (!(object.args().orElse(null) instanceof Seq args)) {
      return List.of();
    }
    return switch (object.className()) {
      case "torch._utils._rebuild_sparse_tensor" -> sparse(args);
      case "torch._utils._rebuild_qtensor" -> quantized(args);
      case "torch._utils._rebuild_nested_tensor" -> named(args, NESTED);
      case "torch._utils._rebuild_meta_tensor_no_storage" -> named(args, META);
      default -> named(args, List.of());
    };
  }

  private static List<Map.Entry<String, Value>> named(Seq args, List<String> names) {
    List<Map.Entry<String, Value>> parts = new ArrayList<>();
    for (int i = 0; i < args.size(); i++) {
      String name = i < names.size() ? names.get(i) : Integer.toString(i);
      parts.add(Map.entry(name, args.get(i)));
    }
    return parts;
  }

  private static List<Map.Entry<String, Value>> sparse(Seq args) {
    boolean known =
        args.size() == 2
            && args.get(0) instanceof Scalar.GlobalName layout
            && SPARSE.containsKey(layout.qualifiedName())
            && args.get(1) instanceof Seq;
    if (!known) {
      return named(args, List.of());
    }
    List<Map.Entry<String, Value>> parts = new ArrayList<>();
    parts.add(Map.entry("layout", args.get(0)));
    parts.addAll(named((Seq) args.get(1), SPARSE.getOrDefault(args.get(0).toString(), List.of())));
    return parts;
  }

  private static List<Map.Entry<String, Value>> quantized(Seq args) {
    List<Map.Entry<String, Value>> parts = named(args, QUANTIZED);
    if (args.size() > 4 && args.get(4) instanceof Seq scheme) {
      parts.remove(4);
      parts.addAll(4, named(scheme, scheme.size() > 3 ? PER_CHANNEL : PER_TENSOR));
    }
    return parts;
  }
}
