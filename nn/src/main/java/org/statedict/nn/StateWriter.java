package org.statedict.nn;

import org.statedict.tensor.Dict;
import org.statedict.tensor.StateDict;

/// A module's state: own parameters, own buffers, own extra state, then the children, in the order
/// of registration; with the version of each module in the attribute `_metadata`.
final class StateWriter {
  static final String EXTRA = "_extra_state";
  static final String METADATA = "_metadata";
  static final String VERSION = "version";

  private StateWriter() {}

  static StateDict stateDict(NnModule root) {
    Dict.Builder state = Dict.builder(Dict.Kind.ORDERED);
    Dict.Builder metadata = Dict.builder(Dict.Kind.ORDERED);
    root.visit(
        "",
        (prefix, module) -> {
          String path = prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1);
          metadata.put(path, Dict.of(VERSION, module.stateVersion()));
          add(state, prefix, module);
        });
    return StateDict.of(state.attributes(Dict.of(METADATA, metadata.build())).build());
  }

  private static void add(Dict.Builder state, String prefix, NnModule module) {
    module
        .ownParameters()
        .forEach((name, parameter) -> state.put(prefix + name, parameter.value().detach()));
    module
        .ownBuffers()
        .forEach((name, buffer) -> {
          if (buffer.isPersistent()) {
            state.put(prefix + name, buffer.value());
          }
        });
    module.extraState().ifPresent(extra -> state.put(prefix + EXTRA, extra));
  }
}
