package org.statedict.nn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Tensor;

/// Parameters named `0`, `1`, ... As `torch.nn.ParameterList`.
public final class ParameterList extends NnModule {
  private final List<Parameter> parameters = new ArrayList<>();

  /// A parameter for each initial value.
  public ParameterList(List<Tensor> initial) {
    initial.forEach(value -> parameters.add(parameter("" + parameters.size(), value)));
  }

  /// The parameters, unmodifiable.
  public List<Parameter> items() {
    return Collections.unmodifiableList(parameters);
  }

  @Override
  List<String> childLines() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      Parameter p = parameters.get(i);
      String size = String.join("x", p.shape().toList().stream().map(Object::toString).toList());
      lines.add(
          "(%d): Parameter containing: [torch.%s of size %s]"
              .formatted(i, p.dtype().label(), size));
    }
    return lines;
  }
}
