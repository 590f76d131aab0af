/// HDF5 files, as h5py and Keras write them: their datasets as a tree of tensors.
@SuppressWarnings({"module", "requires-automatic"}) // the digit is part of the format's name
@org.jspecify.annotations.NullMarked
module org.statedict.io.hdf5 {
  requires org.statedict;
  requires com.fasterxml.jackson.databind;
  requires io.jhdf;

  provides org.statedict.checkpoint.CheckpointFormat with
      org.statedict.io.hdf5.Hdf5Format;
  provides org.statedict.checkpoint.ValueTransform with
      org.statedict.io.hdf5.KerasToTorch;
}
