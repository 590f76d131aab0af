/// Optimizers, learning rate schedulers and their state_dict, as PyTorch has them.
@org.jspecify.annotations.NullMarked
module org.statedict.optim {
  requires transitive org.statedict;

  exports org.statedict.optim;
}
