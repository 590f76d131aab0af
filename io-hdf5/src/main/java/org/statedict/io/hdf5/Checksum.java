package org.statedict.io.hdf5;

import io.jhdf.checksum.ChecksumUtils;
import java.util.Arrays;

/// The checksum of HDF5's structures: Jenkins' lookup3.
final class Checksum {
  private Checksum() {}

  static int of(byte[] data, int length) {
    return ChecksumUtils.checksum(Arrays.copyOf(data, length));
  }
}
