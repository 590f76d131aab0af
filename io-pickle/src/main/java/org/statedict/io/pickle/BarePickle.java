package org.statedict.io.pickle;

import java.io.IOException;
import java.math.BigInteger;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.Source;
import org.statedict.io.pickle.PyObject.PyScalar;
import org.statedict.tensor.Scalar;

/// Files of pickles without an archive around them. They are run through the machine for the names
/// in them, so that a hostile one is called that.
final class BarePickle {
  private static final int PICKLES = 5;
  private static final int LOOKED_AT = 64 << 20;

  private BarePickle() {}

  static Checkpoint refuse(Source source, LoadOptions options) throws IOException {
    Where where = Where.in(source.name());
    if (PtKind.of(source) == PtKind.TAR) {
      throw new CheckpointException(
          where, "not read yet: the tar archive of PyTorch before 0.1.10");
    }
    byte[] start = source.bytes(0, LOOKED_AT);
    Unpickler first = new Unpickler(start, 0, where, options.limits());
    boolean stream = isMagic(first.load());
    int at = first.position();
    for (int i = 1; i < PICKLES && at < start.length; i++) {
      Unpickler next = new Unpickler(start, at, where, options.limits());
      next.load();
      at = next.position();
    }
    throw new CheckpointException(
        where,
        stream
            ? "not read yet: legacy stream"
            : "a bare pickle, which torch.save does not write; load and save it with torch.save");
  }

  private static boolean isMagic(PyObject object) {
    BigInteger magic = LegacyPtWriter.MAGIC;
    return object instanceof PyScalar scalar && scalar.value().equals(Scalar.integer(magic));
  }
}
