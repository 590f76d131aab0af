package org.statedict.io.hdf5;

/// An object of a file that is to be written. Its header has the same size wherever objects lie.
abstract sealed class PlannedObject permits PlannedGroup, PlannedDataset {
  private long address;

  /// Where its header will be; 0 until it has its place.
  final long address() {
    return address;
  }

  final void moveTo(long place) {
    address = place;
  }

  /// Its header, with the addresses that are known by now.
  abstract byte[] header();
}
