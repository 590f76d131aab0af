package org.statedict.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/// The command `statedict`: what is in a checkpoint, and what can be made of it.
@Command(
    name = "statedict",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Converts, inspects and compares the checkpoints of deep learning.",
    synopsisSubcommandLabel = "COMMAND")
public final class Main implements Runnable {
  private static final List<String> COMMANDS =
      List.of("inspect", "show", "convert", "diff", "formats", "verify", "scan");

  private Main() {}

  public static void main(String... args) {
    PrintStream out =
        new PrintStream(
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16),
            false,
            StandardCharsets.UTF_8);
    PrintStream err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    boolean terminal =
        Optional.ofNullable(System.console()).map(java.io.Console::isTerminal).orElse(false);
    int code = run(new Console(System.in, out, err, terminal, System.getenv()), args);
    out.flush();
    System.exit(code);
  }

  /// Runs the command; nothing is thrown, whatever the arguments and the files are.
  static int run(Console console, String... args) {
    CommandLine root = new CommandLine(new Main());
    subcommandsFor(args).forEach(name -> root.addSubcommand(name, create(name, console)));
    Failures failures = new Failures(console, Arrays.asList(args).contains("--debug"));
    root.setExecutionExceptionHandler((e, _, _) -> failures.tell(Failures.report(e)));
    root.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8));
    root.setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
    root.setParameterExceptionHandler((e, _) -> wrongUsage(console, e));
    int code = failures.guard(() -> root.execute(SavingOptions.spelledOut(args)));
    console.out().flush();
    return code;
  }

  /// Only the command that is asked for is built, since building takes longer than most of them
  /// run.
  private static List<String> subcommandsFor(String... args) {
    Optional<String> asked = Arrays.stream(args).filter(a -> !a.startsWith("-")).findFirst();
    String name = asked.map(a -> a.equals("ls") ? "inspect" : a).orElse("");
    return COMMANDS.contains(name) ? List.of(name) : COMMANDS;
  }

  private static CommandLine create(String name, Console console) {
    return new CommandLine(
        switch (name) {
          case "inspect" -> new InspectCommand(console);
          case "show" -> new ShowCommand(console);
          case "convert" -> new ConvertCommand(console);
          case "diff" -> new DiffCommand(console);
          case "formats" -> new FormatsCommand(console);
          case "verify" -> new VerifyCommand(console);
          case "scan" -> new ScanCommand(console);
          default -> throw new IllegalArgumentException(name);
        });
  }

  private static int wrongUsage(Console console, ParameterException e) {
    console.err().println("statedict: " + e.getMessage());
    return ExitCode.USAGE;
  }

  @Override
  public void run() {
    throw new UsageException("a command is missing; see statedict --help");
  }
}
