package org.statedict.nn;

import java.util.NoSuchElementException;
import java.util.SequencedMap;

/// Modules by name. As `torch.nn.ModuleDict`.
public final class ModuleDict extends NnModule {
  public ModuleDict(SequencedMap<String, ? extends NnModule> modules) {
    modules.forEach(this::child);
  }

  /// The module of this name.
  ///
  /// @throws NoSuchElementException if there is none
  public NnModule get(String name) {
    NnModule found = children().get(name);
    if (found == null) {
      throw new NoSuchElementException(
          "no module '%s' among %s".formatted(name, children().keySet()));
    }
    return found;
  }
}
