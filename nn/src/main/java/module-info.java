/// This module will hold neural layers and their state_dict; it is empty so far.
@org.jspecify.annotations.NullMarked
module org.statedict.nn {
  requires transitive org.statedict;
}
