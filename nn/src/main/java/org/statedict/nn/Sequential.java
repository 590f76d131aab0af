package org.statedict.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import org.statedict.tensor.Tensor;

/// Layers one behind the other, named `0`, `1`, ... or by their keys. As `torch.nn.Sequential`.
public final class Sequential extends NnModule implements Layer {
  private final List<Layer> layers = new ArrayList<>();

  /// Layers named by their positions.
  ///
  /// @throws IllegalArgumentException if one is no module
  public Sequential(Layer... layers) {
    for (int i = 0; i < layers.length; i++) {
      add("" + i, layers[i]);
    }
  }

  /// Layers by name.
  ///
  /// @throws IllegalArgumentException if one is no module
  public Sequential(SequencedMap<String, ? extends Layer> layers) {
    layers.forEach(this::add);
  }

  private void add(String name, Layer layer) {
    if (!(layer instanceof NnModule module)) {
      throw new IllegalArgumentException("layer '" + name + "' is no module: " + layer.getClass());
    }
    child(name, module);
    layers.add(layer);
  }

  @Override
  public Tensor forward(Tensor x) {
    Tensor result = x;
    for (Layer layer : layers) {
      result = layer.forward(result);
    }
    return result;
  }
}
