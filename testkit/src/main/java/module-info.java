/// What every checkpoint format must do, as tests to extend, and what such tests need.
@org.jspecify.annotations.NullMarked
module org.statedict.testkit {
  requires transitive org.statedict;
  requires transitive org.junit.jupiter.api;
  requires transitive org.junit.jupiter.params;
  requires transitive com.fasterxml.jackson.databind;
  requires static transitive org.jspecify;

  exports org.statedict.testkit;

  opens org.statedict.testkit to
      org.junit.platform.commons;
}
