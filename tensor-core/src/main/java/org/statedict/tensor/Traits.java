package org.statedict.tensor;

/// What a tensor carries besides its numbers: facts that training frameworks save with it.
///
/// @param requiresGrad whether gradients are wanted for it
/// @param parameter whether it is an `nn.Parameter`
/// @param numpy whether it was a NumPy array
/// @param bareStorage whether it was a storage without a tensor around it
/// @param conj whether its stored elements stand for their complex conjugates
/// @param neg whether its stored elements stand for their negatives
/// @param attributes Python attributes set on the tensor, usually none
public record Traits(
    boolean requiresGrad,
    boolean parameter,
    boolean numpy,
    boolean bareStorage,
    boolean conj,
    boolean neg,
    Dict attributes) {
  /// An ordinary tensor.
  public static final Traits NONE =
      new Traits(false, false, false, false, false, false, Dict.EMPTY);

  public Traits withRequiresGrad(boolean wanted) {
    return new Traits(wanted, parameter, numpy, bareStorage, conj, neg, attributes);
  }

  public Traits withParameter(boolean isParameter) {
    return new Traits(requiresGrad, isParameter, numpy, bareStorage, conj, neg, attributes);
  }

  public Traits withNumpy(boolean isNumpy) {
    return new Traits(requiresGrad, parameter, isNumpy, bareStorage, conj, neg, attributes);
  }

  public Traits withBareStorage(boolean isStorage) {
    return new Traits(requiresGrad, parameter, numpy, isStorage, conj, neg, attributes);
  }

  public Traits withConj(boolean isConj) {
    return new Traits(requiresGrad, parameter, numpy, bareStorage, isConj, neg, attributes);
  }

  public Traits withNeg(boolean isNeg) {
    return new Traits(requiresGrad, parameter, numpy, bareStorage, conj, isNeg, attributes);
  }

  public Traits withAttributes(Dict set) {
    return new Traits(requiresGrad, parameter, numpy, bareStorage, conj, neg, set);
  }
}
