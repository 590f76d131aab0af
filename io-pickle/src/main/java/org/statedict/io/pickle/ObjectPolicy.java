package org.statedict.io.pickle;

import java.util.Set;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.UnsupportedValueException;

/// Which objects and names may be written into a pickle.
enum ObjectPolicy {
  /// Those that `torch.load` rebuilds without being asked for trust, and NumPy's.
  HARMLESS,
  /// All of them: Python will import their classes when it loads the file.
  ALL;

  private static final Set<String> ALLOWED =
      Set.of(
          "torch._utils._rebuild_sparse_tensor",
          "torch._utils._rebuild_qtensor",
          "torch._utils._rebuild_nested_tensor",
          "torch._utils._rebuild_meta_tensor_no_storage",
          "torch.per_tensor_affine",
          "torch.per_tensor_symmetric",
          "torch.per_channel_affine",
          "torch.per_channel_symmetric",
          "torch.per_channel_affine_float_qparams",
          "collections.Counter",
          "collections.defaultdict",
          "numpy.dtype",
          "numpy._core.multiarray.scalar",
          "numpy._core.multiarray._reconstruct",
          "numpy.core.multiarray.scalar",
          "numpy.core.multiarray._reconstruct",
          "numpy.ndarray");

  static ObjectPolicy of(SaveOptions options) {
    return options.objects() == SaveOptions.Objects.KEEP ? ALL : HARMLESS;
  }

  /// Whether an object of this name is rebuilt without being asked for trust.
  static boolean isHarmless(String qualifiedName) {
    return ALLOWED.contains(qualifiedName);
  }

  /// Checks that an object of this name may be written.
  ///
  /// @throws UnsupportedValueException if it may not
  void require(String target, String qualifiedName) throws UnsupportedValueException {
    if (this == HARMLESS && !isHarmless(qualifiedName)) {
      throw new UnsupportedValueException(
          target,
          "the value holds an object '%s', which Python would import when it loads the file;"
                  .formatted(qualifiedName)
              + " ask for it with --keep-objects, or leave it out");
    }
  }
}
