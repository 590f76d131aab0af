package org.statedict.cli;

import java.time.Duration;
import java.util.Objects;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import org.statedict.checkpoint.Progress;

/// A bar on a terminal's stderr for work that takes more than a second.
final class ProgressReport implements Progress, AutoCloseable {
  /// When there is a bar.
  enum When {
    AUTO,
    ALWAYS,
    NEVER
  }

  private static final long PATIENCE = Duration.ofSeconds(1).toNanos();

  private final boolean wanted;
  private final boolean atOnce;
  private final String task;
  private final long total;
  private final long begun = System.nanoTime();
  private long done;
  private @Nullable ProgressBar bar;

  ProgressReport(When when, Console console, String task, long total) {
    this.wanted = when == When.ALWAYS || (when == When.AUTO && console.terminal());
    this.atOnce = when == When.ALWAYS;
    this.task = task;
    this.total = total;
  }

  @Override
  public void advance(long bytes) {
    done += bytes;
    if (wanted && bar == null && (atOnce || System.nanoTime() - begun > PATIENCE)) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(task)
              .setInitialMax(total)
              .setUnit(" MiB", 1 << 20)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(200)
              .build();
    }
    if (bar != null) {
      Objects.requireNonNull(bar).stepTo(Math.min(done, total));
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
