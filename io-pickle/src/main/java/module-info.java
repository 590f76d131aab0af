/// Reads and writes the .pt files of PyTorch.
@org.jspecify.annotations.NullMarked
module org.statedict.io.pickle {
  requires org.statedict;

  provides org.statedict.checkpoint.CheckpointFormat with
      org.statedict.io.pickle.PtFormat;
}
