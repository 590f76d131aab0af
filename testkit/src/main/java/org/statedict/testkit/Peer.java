package org.statedict.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.opentest4j.TestAbortedException;

/// Another implementation that a test asks for its opinion: a Python with certain packages.
///
/// A test that needs one calls [#python]. Where there is none the test is aborted, and says what
/// was missing; with `-Dstatedict.peers=required` it fails instead. `-Dstatedict.python=COMMAND`
/// names the interpreter, else it is `python3` or `python` of the path.
public final class Peer {
  private static final long PATIENCE_SECONDS = 300;
  private static final Map<String, String> PROBED = new ConcurrentHashMap<>();

  private final String command;

  private Peer(String command) {
    this.command = command;
  }

  private record Outcome(int exit, String output, String errors) {}

  /// A Python that can import all of `packages`.
  ///
  /// @throws TestAbortedException if there is none, unless peers are required
  /// @throws AssertionError if there is none and peers are required
  public static Peer python(String... packages) {
    String script =
        "import " + String.join(", ", packages.length == 0 ? new String[] {"sys"} : packages);
    List<String> problems = new ArrayList<>();
    for (String command : commands()) {
      String problem = PROBED.computeIfAbsent(command + ": " + script, _ -> probe(command, script));
      if (problem.isEmpty()) {
        return new Peer(command);
      }
      problems.add(problem);
    }
    String missing =
        "needs a Python with %s; %s".formatted(List.of(packages), String.join("; ", problems));
    if ("required".equals(System.getProperty("statedict.peers"))) {
      return Assertions.fail(missing);
    }
    throw new TestAbortedException(missing);
  }

  private static List<String> commands() {
    String named = System.getProperty("statedict.python");
    return named == null ? List.of("python3", "python") : List.of(named);
  }

  /// What stands in the way of running `script`; empty if nothing does.
  private static String probe(String command, String script) {
    try {
      Outcome outcome = run(List.of(command, "-c", script));
      String[] lines = outcome.errors.strip().split("\n", -1);
      return outcome.exit == 0 ? "" : command + " says " + lines[lines.length - 1];
    } catch (IOException e) {
      return "cannot run " + command;
    }
  }

  /// Runs a script and returns what it printed.
  ///
  /// @throws AssertionError if it ends with another exit code than 0; the message has what it
  ///   printed to its standard error
  public String run(String script, Object... arguments) throws IOException {
    List<String> line = new ArrayList<>(List.of(command, "-c", script));
    for (Object argument : arguments) {
      line.add(argument.toString());
    }
    Outcome outcome = run(line);
    Assertions.assertEquals(0, outcome.exit, () -> command + " failed:\n" + outcome.errors);
    return outcome.output;
  }

  private static Outcome run(List<String> line) throws IOException {
    Path output = Files.createTempFile("peer", ".out");
    Path errors = Files.createTempFile("peer", ".err");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(line)
              .redirectInput(ProcessBuilder.Redirect.PIPE)
              .redirectOutput(output.toFile())
              .redirectError(errors.toFile());
      builder.environment().putIfAbsent("KERAS_BACKEND", "torch");
      Process process = builder.start();
      process.getOutputStream().close();
      return new Outcome(await(process), text(output), text(errors));
    } finally {
      Files.deleteIfExists(output);
      Files.deleteIfExists(errors);
    }
  }

  private static int await(Process process) throws IOException {
    try {
      if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return process.exitValue();
      }
      throw new IOException("no end after " + PATIENCE_SECONDS + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
