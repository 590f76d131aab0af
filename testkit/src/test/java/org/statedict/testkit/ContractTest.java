package org.statedict.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder.request;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherFactory;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointFormat;
import org.statedict.checkpoint.Limits;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.Progress;
import org.statedict.checkpoint.Recognition;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.SavePlan;
import org.statedict.checkpoint.Source;
import org.statedict.checkpoint.Target;
import org.statedict.checkpoint.spi.StorageTable;
import org.statedict.tensor.Device;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Value;

/// The contract notices what a format does wrong.
class ContractTest {
  private static final AtomicReference<Flaw> FLAW = new AtomicReference<>(Flaw.CRASHES_ON_DAMAGE);

  /// What a format can get wrong, and a test of the contract that must notice.
  enum Flaw {
    CLAIMS_EVERYTHING("isNotSureOfForeignContent"),
    READS_DATA_WHEN_OPENED("opensAndListsWithoutReadingData"),
    FORGETS_LIMITS("limitsAreKeptAndNamed"),
    CLOSES_WHAT_IT_DOES_NOT_OWN("callerKeepsTheSourceWhenOpeningFails"),
    LEAVES_ITS_SOURCE_OPEN("closesItsSourceOnceWhenClosedTwice"),
    CRASHES_ON_DAMAGE("cutAnywhereIsAnErrorOrTheSame"),
    IS_OFF_BY_ONE("comesBackAsItWas"),
    HIDES_PROGRESS("progressCountsTheTensorsBytes"),
    PLANS_TOO_LITTLE("planNamesFilesAndSizesAndWritesNothing"),
    LISTS_NO_LOSSES("comesBackByDefaultWithTheSameValuesAndListsWhatElseIsLost");

    private final String noticedBy;

    Flaw(String noticedBy) {
      this.noticedBy = noticedBy;
    }
  }

  @ParameterizedTest
  @EnumSource
  void noticesAFormatThat(Flaw flaw) {
    FLAW.set(flaw);
    Set<String> failed = failures();
    assertTrue(failed.contains(flaw.noticedBy), () -> flaw + " made fail only " + failed);
  }

  private static Set<String> failures() {
    Failures failures = new Failures();
    Launcher launcher = LauncherFactory.create();
    launcher.execute(
        request().selectors(selectClass(FlawedFormatContract.class)).build(), failures);
    assertEquals(true, failures.ran > 100, "the contract ran");
    return failures.methods;
  }

  private static final class Failures implements TestExecutionListener {
    private final Set<String> methods = new TreeSet<>();
    private int ran;

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      ran++;
      if (result.getStatus() == TestExecutionResult.Status.FAILED
          && test.getSource().orElse(null) instanceof MethodSource method) {
        methods.add(method.getMethodName());
      }
    }
  }

  /// Not run by itself: its name is not that of a test.
  static final class FlawedFormatContract extends CheckpointFormatContract {
    @Override
    protected CheckpointFormat format() {
      return new FlawedFormat(FLAW.get());
    }

    @Override
    protected Set<Ability> abilities() {
      return EnumSet.noneOf(Ability.class);
    }
  }

  private static final class FlawedFormat extends PlainFormat {
    private final Flaw flaw;

    FlawedFormat(Flaw flaw) {
      this.flaw = flaw;
    }

    @Override
    public Recognition recognises(Source source) throws IOException {
      return flaw == Flaw.CLAIMS_EVERYTHING ? Recognition.YES : super.recognises(source);
    }

    @Override
    public Checkpoint open(Source source, LoadOptions options) throws IOException {
      return switch (flaw) {
        case FORGETS_LIMITS -> super.open(source, options.withLimits(Limits.DEFAULT));
        case LEAVES_ITS_SOURCE_OPEN -> super.open(Source.of(source.name(), all(source)), options);
        case CLOSES_WHAT_IT_DOES_NOT_OWN -> {
          try {
            yield super.open(source, options);
          } catch (CheckpointException e) {
            source.close();
            throw e;
          }
        }
        case CRASHES_ON_DAMAGE -> {
          try {
            yield super.open(source, options);
          } catch (CheckpointException e) {
            throw new IndexOutOfBoundsException(e.getMessage());
          }
        }
        default -> super.open(source, options);
      };
    }

    private static byte[] all(Source source) throws IOException {
      return source.bytes(0, Math.toIntExact(source.size()));
    }

    @Override
    Storage storage(StorageTable storages, Source source, long at, long size) throws IOException {
      if (flaw == Flaw.READS_DATA_WHEN_OPENED) {
        byte[] bytes = source.bytes(at, Math.toIntExact(size));
        Source inMemory = Source.of(source.name(), bytes);
        return storages.computed(size, Device.CPU, inMemory::read);
      }
      return super.storage(storages, source, flaw == Flaw.IS_OFF_BY_ONE ? at - 1 : at, size);
    }

    @Override
    public SavePlan plan(Value value, String target, SaveOptions options) throws IOException {
      return new FlawedPlan(flaw, super.plan(value, target, options));
    }
  }

  private record FlawedPlan(Flaw flaw, SavePlan plan) implements SavePlan {
    @Override
    public List<PlannedFile> files() {
      return flaw == Flaw.PLANS_TOO_LITTLE ? List.of() : plan.files();
    }

    @Override
    public List<Loss> lost() {
      return flaw == Flaw.LISTS_NO_LOSSES ? List.of() : plan.lost();
    }

    @Override
    public void write(Target target, Progress progress) throws IOException {
      plan.write(target, flaw == Flaw.HIDES_PROGRESS ? Progress.NONE : progress);
    }
  }
}
