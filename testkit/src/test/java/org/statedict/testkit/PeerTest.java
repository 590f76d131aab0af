package org.statedict.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

class PeerTest {
  private final String required = System.getProperty("statedict.peers", "");

  @AfterEach
  void restore() {
    System.setProperty("statedict.peers", required);
  }

  @Test
  void returnsWhatTheScriptPrints() throws IOException {
    Peer python = Peer.python();
    assertEquals("a b\n", python.run("import sys; print(*sys.argv[1:])", "a", "b"));
  }

  @Test
  void failingScriptShowsItsErrors() {
    Peer python = Peer.python();
    var error = assertThrows(AssertionError.class, () -> python.run("raise SystemExit('no luck')"));
    assertTrue(String.valueOf(error.getMessage()).contains("no luck"));
  }

  @Test
  void missingPackageAbortsAndIsNamed() {
    System.setProperty("statedict.peers", "");
    var error = assertThrows(TestAbortedException.class, () -> Peer.python("no_such_package"));
    assertTrue(String.valueOf(error.getMessage()).contains("no_such_package"));
  }

  @Test
  void missingPackageFailsWherePeersAreRequired() {
    System.setProperty("statedict.peers", "required");
    assertThrows(AssertionFailedError.class, () -> Peer.python("no_such_package"));
  }
}
