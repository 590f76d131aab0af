package org.statedict.io.pickle;

import java.util.Set;
import org.statedict.checkpoint.ScanReport.Verdict;

/// How far a name in a pickle can be vouched for: those that tensors and containers need are safe,
/// those of [Gadgets] dangerous, all others unknown.
final class KnownNames {
  private static final Set<String> SAFE =
      Set.of(
          "builtins.set",
          "builtins.frozenset",
          "builtins.list",
          "builtins.tuple",
          "builtins.dict",
          "builtins.complex",
          "builtins.bytearray",
          "builtins.bytes",
          "_codecs.encode",
          "collections.OrderedDict",
          "torch.Size",
          "torch.device",
          "torch.Tensor",
          "torch.nn.parameter.Parameter",
          "torch.serialization._get_layout",
          "torch.storage.UntypedStorage",
          "torch._utils._rebuild_tensor",
          "torch._utils._rebuild_tensor_v2",
          "torch._utils._rebuild_tensor_v3",
          "torch._utils._rebuild_parameter",
          "torch._utils._rebuild_parameter_with_state",
          "torch._tensor._rebuild_from_type_v2");

  private KnownNames() {}

  /// @param module the module as the pickle has it, of Python 2 or 3
  static Verdict verdict(String module, String name) {
    if (Gadgets.isDangerousAsWritten(module, name)) {
      return Verdict.DANGEROUS;
    }
    String module3 = Python2Names.module(module);
    String qualified = module3 + "." + Python2Names.name(module3, name);
    boolean safe =
        SAFE.contains(qualified) || ObjectPolicy.isHarmless(qualified) || isOfTorch(module3, name);
    return safe ? Verdict.SAFE : Verdict.SUSPICIOUS;
  }

  /// Classes of storages and of old tensors, and element types.
  private static boolean isOfTorch(String module, String name) {
    boolean storage = TorchNames.ofStorageClass(name.replace("Tensor", "Storage")).isPresent();
    return switch (module) {
      case "torch" -> storage || TorchNames.dtypeNamed(name).isPresent();
      case "torch.cuda" -> storage;
      default -> false;
    };
  }
}
