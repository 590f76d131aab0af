package org.statedict.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Shape;
import org.statedict.tensor.StateDict;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

/// Loads a state_dict into a module, as PyTorch does: everything that fits is taken over, then all
/// that did not is reported at once.
final class StateLoader {
  private final StateDict state;
  private final SequencedMap<String, Tensor> tensors;
  private final List<String> missing = new ArrayList<>();
  private final List<String> unexpected = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  StateLoader(StateDict state) {
    this.state = state;
    this.tensors = state.tensors();
  }

  LoadReport load(NnModule root, Match match) {
    root.visit("", this::load);
    LoadReport report = new LoadReport(missing, unexpected);
    boolean incomplete = match == Match.STRICT && !(missing.isEmpty() && unexpected.isEmpty());
    if (incomplete || !problems.isEmpty()) {
      throw new StateDictMismatchException(message(root, incomplete), report, problems);
    }
    return report;
  }

  private void load(String prefix, NnModule module) {
    long version = version(prefix);
    for (var entry : module.ownParameters().entrySet()) {
      Parameter cell = entry.getValue();
      Tensor now = cell.value();
      load(prefix, entry.getKey(), now, module.mayLack(entry.getKey(), version), cell::set);
    }
    for (var entry : module.ownBuffers().entrySet()) {
      Buffer cell = entry.getValue();
      if (cell.isPersistent()) {
        Tensor now = cell.value();
        load(prefix, entry.getKey(), now, module.mayLack(entry.getKey(), version), cell::set);
      }
    }
    loadExtra(prefix, module);
    findUnexpected(prefix, module);
  }

  private void load(
      String prefix, String name, Tensor now, boolean optional, Consumer<Tensor> cell) {
    String key = prefix + name;
    Tensor stored = tensors.get(key);
    if (stored == null) {
      if (!optional) {
        missing.add(key);
      }
      return;
    }
    boolean oneNumber = now.shape().rank() == 0 && stored.shape().equals(Shape.of(1));
    if (!stored.shape().equals(now.shape()) && !oneNumber) {
      problems.add(
          "size mismatch for %s: copying a param with shape %s from checkpoint, the shape in current model is %s."
              .formatted(key, size(stored), size(now)));
      return;
    }
    Tensor fitting = oneNumber ? stored.reshape() : stored;
    cell.accept(fitting.detach().to(now.dtype()).copy());
  }

  private static String size(Tensor tensor) {
    return "torch.Size(" + Seq.size(tensor.shape()).items() + ")";
  }

  private void loadExtra(String prefix, NnModule module) {
    Value extra = state.get(prefix + StateWriter.EXTRA).orElse(null);
    if (module.extraState().isPresent()) {
      if (extra == null) {
        missing.add(prefix + StateWriter.EXTRA);
      } else {
        module.loadExtraState(extra);
      }
    } else if (extra != null) {
      unexpected.add(prefix + StateWriter.EXTRA);
    }
  }

  /// Entries below `prefix` that neither this module nor a child of it has.
  private void findUnexpected(String prefix, NnModule module) {
    for (String key : tensors.keySet()) {
      if (key.startsWith(prefix)) {
        String rest = key.substring(prefix.length());
        int dot = rest.indexOf('.');
        boolean known =
            dot >= 0
                ? module.children().containsKey(rest.substring(0, dot))
                : module.ownParameters().containsKey(rest) || isSaved(module, rest);
        if (!known && !rest.equals(StateWriter.EXTRA)) {
          unexpected.add(key);
        }
      }
    }
  }

  private static boolean isSaved(NnModule module, String name) {
    Buffer buffer = module.ownBuffers().get(name);
    return buffer != null && buffer.isPersistent();
  }

  /// The version that the state_dict states for the module at a prefix, 0 if none.
  private long version(String prefix) {
    String path = prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1);
    return state
        .attributes()
        .get(StateWriter.METADATA)
        .filter(Dict.class::isInstance)
        .flatMap(metadata -> metadata.asDict().get(path))
        .filter(Dict.class::isInstance)
        .flatMap(entry -> entry.asDict().get(StateWriter.VERSION))
        .map(Value::asLong)
        .orElse(0L);
  }

  private String message(NnModule root, boolean incomplete) {
    StringBuilder text = new StringBuilder("Error(s) in loading state_dict for ");
    text.append(root.pythonName()).append(':');
    if (incomplete && !missing.isEmpty()) {
      text.append("\n\tMissing key(s) in state_dict: ").append(quoted(missing)).append(". ");
    }
    if (incomplete && !unexpected.isEmpty()) {
      text.append("\n\tUnexpected key(s) in state_dict: ").append(quoted(unexpected)).append(". ");
    }
    problems.forEach(problem -> text.append("\n\t").append(problem));
    if (incomplete) {
      Suggestions.between(missing, unexpected)
          .forEach((found, meant) ->
              text.append("\n\tDid you mean \"%s\" by \"%s\"?".formatted(meant, found)));
    }
    return text.toString();
  }

  private static String quoted(List<String> keys) {
    return keys.stream().map(key -> '"' + key + '"').collect(Collectors.joining(", "));
  }
}
