package org.statedict.nn;

import org.statedict.tensor.Tensor;

/// A module of a class that is not known here: its parameters, buffers and modules are, so that its
/// state_dict works, but not what it computes.
public final class UnknownModule extends NnModule implements Layer {
  private final String className;

  UnknownModule(TorchFields fields) {
    this.className = fields.className();
    fields
        .parameters()
        .entries()
        .forEach((name, value) -> {
          if (value instanceof Tensor tensor) {
            parameter(name.asText(), tensor);
          }
        });
    fields
        .buffers()
        .entries()
        .forEach((name, value) -> {
          if (value instanceof Tensor tensor) {
            buffer(name.asText(), new Buffer(tensor, fields.kindOfBuffer(name.asText())));
          }
        });
  }

  void addChild(String name, NnModule module) {
    child(name, module);
  }

  /// @throws UnsupportedOperationException always, with the name of the class
  @Override
  public Tensor forward(Tensor x) {
    throw new UnsupportedOperationException(
        "%s%s is not known here: register a class for it with TorchModules.with"
            .formatted(path().isEmpty() ? "" : path() + ": ", className));
  }

  @Override
  public String pythonName() {
    return className.substring(className.lastIndexOf('.') + 1);
  }
}
