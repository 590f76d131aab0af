/// Neural layers and their state_dict, with PyTorch's names, shapes, order and numbers.
@org.jspecify.annotations.NullMarked
module org.statedict.nn {
  requires transitive org.statedict;

  exports org.statedict.nn;
}
