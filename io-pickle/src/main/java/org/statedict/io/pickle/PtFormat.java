package org.statedict.io.pickle;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.CheckpointFormat;
import org.statedict.checkpoint.Limits;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.Progress;
import org.statedict.checkpoint.Recognition;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.SavePlan;
import org.statedict.checkpoint.ScanReport;
import org.statedict.checkpoint.Source;
import org.statedict.checkpoint.Target;
import org.statedict.tensor.Value;

/// PyTorch's `.pt` files: a pickle and the storages it names.
///
/// | file begins with | kind |
/// | --- | --- |
/// | `50 4B 03 04` | zip archive, since PyTorch 1.6 |
/// | a pickle of the magic number | stream, 0.1.10 to 1.5 |
/// | a tar header | tar archive, before 0.1.10 |
///
/// Nothing that a pickle names is ever imported, called or executed: there is no code here that
/// could.
public final class PtFormat implements CheckpointFormat {
  static final String NAME = "pt";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> endings() {
    return List.of(".pt", ".pth", ".bin", ".ckpt");
  }

  @Override
  public boolean canWrite() {
    return true;
  }

  @Override
  public Map<String, String> options() {
    return Map.of("pt.container", "zip (the default) or stream, which PyTorch before 1.6 reads");
  }

  @Override
  public Recognition recognises(Source source) throws IOException {
    return PtKind.of(source).recognition();
  }

  @Override
  public Checkpoint open(Source source, LoadOptions options) throws IOException {
    return switch (PtKind.of(source)) {
      case ZIP -> PtReader.open(source, options);
      case TAR -> TarPtReader.open(source, options);
      default -> LegacyPtReader.open(source, options);
    };
  }

  @Override
  public ScanReport scan(Source source, Limits limits) throws IOException {
    return new PtScan(source, limits).run().with(CheckpointFormat.super.scan(source, limits));
  }

  @Override
  public SavePlan plan(Value value, String target, SaveOptions options) throws IOException {
    SavePlan plan =
        switch (options.adapters().getOrDefault("pt.container", "zip")) {
          case "zip" -> PtWriter.plan(value, target, options);
          case "stream" -> LegacyPtWriter.plan(value, target, options);
          default ->
              throw new IllegalArgumentException("the option pt.container is either zip or stream");
        };
    return options.metadata().isEmpty() ? plan : new WithoutMetadata(plan);
  }

  /// A plan that says what there is no place for in a .pt file.
  private record WithoutMetadata(SavePlan plan) implements SavePlan {
    @Override
    public List<PlannedFile> files() {
      return plan.files();
    }

    @Override
    public List<Loss> lost() {
      List<Loss> lost = new ArrayList<>(plan.lost());
      lost.add(new Loss("metadata, for which a .pt file has no place", false));
      return lost;
    }

    @Override
    public void write(Target target, Progress progress) throws IOException {
      plan.write(target, progress);
    }
  }
}
