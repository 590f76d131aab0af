package org.statedict.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/// The version as the jar's manifest gives it.
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Main.class.getPackage().getImplementationVersion();
    return new String[] {"statedict " + Objects.requireNonNullElse(version, "(not packaged)")};
  }
}
