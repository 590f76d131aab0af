package org.statedict.io.hdf5;

import java.util.Optional;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.tensor.Shape;

/// The shape of a dataset or an attribute.
///
/// @param shape empty where there is no value at all, not even one of size 0
record Dataspace(Optional<Shape> shape) {
  private static final int RANK = 32;

  static Dataspace read(Fields in) throws CheckpointException {
    int version = in.u1();
    int rank = in.u1();
    in.skip(1);
    boolean absent = false;
    switch (version) {
      case 1 -> in.skip(5);
      case 2 -> absent = in.u1() == 2;
      default -> throw in.fail("a dataspace of version %d, 1 and 2 are known".formatted(version));
    }
    if (rank > RANK) {
      throw in.fail("%d dimensions, HDF5 has at most %d".formatted(rank, RANK));
    }
    long[] dims = new long[rank];
    for (int i = 0; i < rank; i++) {
      dims[i] = in.length();
    }
    return new Dataspace(absent ? Optional.empty() : Optional.of(shape(dims, in)));
  }

  private static Shape shape(long[] dims, Fields in) throws CheckpointException {
    try {
      return Shape.of(dims);
    } catch (ArithmeticException | IllegalArgumentException e) {
      throw in.fail("dimensions whose product 64 bits cannot count");
    }
  }
}
