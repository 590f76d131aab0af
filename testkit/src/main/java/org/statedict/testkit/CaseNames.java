package org.statedict.testkit;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/// Puts the case of a parameterised test in front of its failure, since build logs call it by its
/// number alone: `@ExtendWith(CaseNames.class)`.
public final class CaseNames implements TestExecutionExceptionHandler {
  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable thrown)
      throws Throwable {
    String name = context.getDisplayName();
    if (!name.startsWith("[") || thrown instanceof TestAbortedException) {
      throw thrown;
    }
    String what = thrown instanceof AssertionError ? thrown.getMessage() : thrown.toString();
    AssertionError named = new AssertionError(name + ": " + what, thrown);
    named.setStackTrace(thrown.getStackTrace());
    throw named;
  }
}
