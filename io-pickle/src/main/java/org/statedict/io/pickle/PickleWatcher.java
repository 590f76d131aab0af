package org.statedict.io.pickle;

import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Escapes;
import org.statedict.checkpoint.UnsafeCheckpointException;
import org.statedict.tensor.Scalar;

/// Is told of what stands in a pickle, when it stands there, whatever becomes of it.
interface PickleWatcher {
  /// Refuses names that are known to run code; this is how files are loaded.
  PickleWatcher REFUSES_DANGER =
      (module, name, where) -> {
        if (Gadgets.isDangerousAsWritten(module, name)) {
          throw new UnsafeCheckpointException(
              where,
              "global '%s' is not one that tensors need; Python would run it, Statedict never does;"
                      .formatted(Escapes.visible(module + "." + name))
                  + " save model.state_dict() instead");
        }
      };

  /// A name that Python would import, as the pickle has it.
  void name(String module, String name, Where where) throws CheckpointException;

  /// A text or bytes.
  default void constant(Scalar constant, Where where) throws CheckpointException {}
}
