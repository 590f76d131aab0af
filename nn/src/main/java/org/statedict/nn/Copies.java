package org.statedict.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.statedict.tensor.Generator;
import org.statedict.tensor.Tensor;

/// Modules that begin with the same values, as PyTorch's copies of a layer do: each is made from
/// the random numbers of the first.
final class Copies {
  private Copies() {}

  static <M extends NnModule> ModuleList<M> of(int count, Supplier<M> made) {
    Tensor before = Generator.DEFAULT.state();
    List<M> copies = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Generator.DEFAULT.setState(before);
      copies.add(made.get());
    }
    return new ModuleList<>(copies);
  }
}
