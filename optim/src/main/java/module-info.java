/// This module will hold optimizers and their state_dict; it is empty so far.
@org.jspecify.annotations.NullMarked
module org.statedict.optim {
  requires transitive org.statedict;
}
