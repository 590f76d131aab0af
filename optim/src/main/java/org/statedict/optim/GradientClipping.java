package org.statedict.optim;

import java.util.List;
import org.statedict.tensor.NoGrad;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Tensor;

/// Bounds for gradients before a step. As `torch.nn.utils.clip_grad_norm_` and `clip_grad_value_`.
public final class GradientClipping {
  private static final double EPSILON = 1e-6;

  private GradientClipping() {}

  /// Scales all gradients so that their norm together is at most `most`; returns the norm before. A
  /// norm that is no number stays for the caller to see.
  ///
  /// @param degree of the norm, 2 for the usual one, infinity for the largest element
  public static double byNorm(List<Parameter> parameters, double most, double degree) {
    double norm = norm(parameters, degree);
    double factor = most / (norm + EPSILON);
    if (!(factor >= 1)) {
      try (NoGrad _ = NoGrad.begin()) {
        for (Parameter p : parameters) {
          p.grad().ifPresent(g -> p.setGrad(g.mul(factor)));
        }
      }
    }
    return norm;
  }

  private static double norm(List<Parameter> parameters, double degree) {
    double sum = 0;
    double largest = 0;
    for (Parameter p : parameters) {
      double[] elements = p.grad().map(Tensor::toDoubleArray).orElse(new double[0]);
      for (double element : elements) {
        largest = Math.max(largest, Math.abs(element));
        sum += degree == 2 ? element * element : Math.pow(Math.abs(element), degree);
      }
    }
    return Double.isInfinite(degree)
        ? largest
        : degree == 2 ? Math.sqrt(sum) : Math.pow(sum, 1 / degree);
  }

  /// Moves each element of all gradients into -`most` to `most`.
  public static void byValue(List<Parameter> parameters, double most) {
    try (NoGrad _ = NoGrad.begin()) {
      for (Parameter p : parameters) {
        p.grad().ifPresent(g -> p.setGrad(g.clamp(-most, most)));
      }
    }
  }
}
