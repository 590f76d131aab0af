package org.statedict.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.statedict.checkpoint.CheckpointFormat;
import org.statedict.checkpoint.Formats;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `formats`: the installed adapters.
@Command(name = "formats", description = "Lists the installed formats.")
final class FormatsCommand implements Callable<Integer> {
  private final Console console;

  @Mixin CommonOptions common = new CommonOptions();

  FormatsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    for (CheckpointFormat format : Formats.installed().all()) {
      if (common.json) {
        print(format);
      } else {
        console
            .out()
            .printf(
                "%-12s %-28s reads%s%n",
                format.name(),
                String.join(" ", format.endings()),
                format.canWrite() ? ", writes" : "");
      }
    }
    return ExitCode.FINE;
  }

  private void print(CheckpointFormat format) throws IOException {
    JsonLines.print(
        console,
        json -> {
          json.writeStringField("name", format.name());
          json.writeArrayFieldStart("endings");
          for (String ending : format.endings()) {
            json.writeString(ending);
          }
          json.writeEndArray();
          json.writeBooleanField("canRead", true);
          json.writeBooleanField("canWrite", format.canWrite());
        });
  }
}
