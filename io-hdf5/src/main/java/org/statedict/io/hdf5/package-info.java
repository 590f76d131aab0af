/// Reads HDF5 files.
package org.statedict.io.hdf5;
