/// This module will hold the reader and writer of HDF5 files; it is empty so far.
@SuppressWarnings("module") // the digit is part of the name of the format
@org.jspecify.annotations.NullMarked
module org.statedict.io.hdf5 {
  requires org.statedict;
}
