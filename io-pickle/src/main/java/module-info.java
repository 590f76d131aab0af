/// Reads .pt files of PyTorch.
@org.jspecify.annotations.NullMarked
module org.statedict.io.pickle {
  requires org.statedict;
}
