package org.statedict.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.statedict.checkpoint.Progress;
import org.statedict.checkpoint.SavePlan;
import org.statedict.checkpoint.Target;

/// A plan and what is lost besides.
record WithLoss(SavePlan plan, List<Loss> more) implements SavePlan {
  @Override
  public List<PlannedFile> files() {
    return plan.files();
  }

  @Override
  public List<Loss> lost() {
    List<Loss> lost = new ArrayList<>(plan.lost());
    lost.addAll(more);
    return lost;
  }

  @Override
  public void write(Target target, Progress progress) throws IOException {
    plan.write(target, progress);
  }
}
