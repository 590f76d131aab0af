package org.statedict.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Unmatched;

/// A command that the contract promises and a later step brings.
@Command(description = "Comes with a later step.")
final class LaterCommand implements Callable<Integer> {
  private final String name;

  @Parameters(hidden = true)
  List<String> files = new ArrayList<>();

  @Unmatched List<String> rest = new ArrayList<>();

  LaterCommand(String name) {
    this.name = name;
  }

  @Override
  public Integer call() {
    throw new UsageException(name + " comes with a later step (safety) and is not there yet");
  }
}
