package org.statedict.io.hdf5;

/// An object of a file that is to be written. Its header has the same size wherever objects lie.
sealed interface PlannedObject permits PlannedGroup, PlannedDataset {
  /// Where its header will be; 0 until it has its place.
  long address();

  void moveTo(long address);

  /// Its header, with the addresses that are known by now.
  byte[] header();
}
