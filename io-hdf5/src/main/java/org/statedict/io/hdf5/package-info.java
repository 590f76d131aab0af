/// This package will hold the reader and writer of HDF5 files; it is empty so far.
package org.statedict.io.hdf5;
