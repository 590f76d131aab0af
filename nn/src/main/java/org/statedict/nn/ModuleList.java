package org.statedict.nn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Modules named `0`, `1`, ... As `torch.nn.ModuleList`.
public final class ModuleList<M extends NnModule> extends NnModule {
  private final List<M> modules = new ArrayList<>();

  public ModuleList(List<? extends M> modules) {
    modules.forEach(this::add);
  }

  /// Adds a module at the end.
  public void add(M module) {
    modules.add(child("" + modules.size(), module));
  }

  /// The modules, unmodifiable.
  public List<M> modules() {
    return Collections.unmodifiableList(modules);
  }

  @Override
  List<String> childLines() {
    return ModulePrinter.collapsed(modules);
  }
}
