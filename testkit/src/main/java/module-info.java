/// What every checkpoint format must do, as tests to extend.
@org.jspecify.annotations.NullMarked
module org.statedict.testkit {
  requires transitive org.statedict;
  requires transitive org.junit.jupiter.api;
  requires transitive org.junit.jupiter.params;
  requires com.fasterxml.jackson.databind;
}
