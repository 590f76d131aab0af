package org.statedict.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// One run of a program: how long it took, how much memory it had resident at most, what it
/// printed.
///
/// @param seconds wall time, the start of the process included
/// @param peakKib the process's VmHWM; 0 where there is no /proc
record Run(double seconds, long peakKib, String output) {
  private static final int POLL_MILLIS = 5;

  /// Runs a program to its end.
  ///
  /// @throws IllegalStateException if it fails
  static Run of(Path folder, List<String> command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("run", ".out");
    try {
      long start = System.nanoTime();
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectOutput(output.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      PeakMemory memory = new PeakMemory(process);
      int exit = process.waitFor();
      double seconds = (System.nanoTime() - start) / 1e9;
      if (exit != 0) {
        throw new IllegalStateException(command + " ended with " + exit);
      }
      return new Run(seconds, memory.stop(), Files.readString(output));
    } finally {
      Files.delete(output);
    }
  }

  /// Asks for a process's VmHWM until it ends; that mark never falls, so the last answer counts.
  private static final class PeakMemory implements Runnable {
    private final Process process;
    private final Thread poller = new Thread(this);
    private volatile long peakKib;

    PeakMemory(Process process) {
      this.process = process;
      poller.start();
    }

    @Override
    public void run() {
      while (process.isAlive()) {
        try {
          String mark = Machine.value("/proc/" + process.pid() + "/status", "VmHWM");
          String digits = mark.replaceAll("\\D", "");
          peakKib = digits.isEmpty() ? peakKib : Long.parseLong(digits);
          Thread.sleep(POLL_MILLIS);
        } catch (IOException | InterruptedException ended) {
          return; // the process went away between two questions
        }
      }
    }

    long stop() throws InterruptedException {
      poller.join();
      return peakKib;
    }
  }
}
