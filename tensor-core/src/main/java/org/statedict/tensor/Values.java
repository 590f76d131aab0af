package org.statedict.tensor;

/// Comparison of whole values, and what to call them in messages.
public final class Values {
  private Values() {}

  /// What [#same] takes into account beside names and numbers.
  public enum Strictness {
    /// Keys, positions, element types, shapes, bits (a NaN by its payload, -0.0 is not 0.0) and
    /// scalars; not order, container kinds, sharing or traits.
    VALUES,
    /// All of that and the order of entries, container kinds, attributes, which tensors share a
    /// storage, device tags and traits.
    EVERYTHING
  }

  /// Whether two trees are equal. Work is bounded by the number of distinct values in them, however
  /// often one of these stands in its tree.
  ///
  /// @throws java.io.UncheckedIOException if a tensor's bytes have to be read and that fails
  public static boolean same(Value a, Value b, Strictness strictness) {
    return difference(a, b, strictness).isEmpty();
  }

  /// The first difference that [#same] would find, as `path: what differs`; empty if there is none.
  ///
  /// @throws java.io.UncheckedIOException if a tensor's bytes have to be read and that fails
  public static String difference(Value a, Value b, Strictness strictness) {
    return new Comparison(strictness).difference(a, b);
  }

  /// What to call a value in a message: `a tensor`, `a dict`, `an object argparse.Namespace`.
  public static String kindOf(Value value) {
    return switch (value) {
      case Tensor t -> "a tensor";
      case StateDict d -> "a state_dict";
      case Dict d -> "a dict";
      case Seq s -> "a " + s.kind();
      case Opaque o -> "an object " + o.className();
      case Scalar.Nil n -> "None";
      case Scalar.Bool b -> "a bool";
      case Scalar.Int i -> "an int";
      case Scalar.BigInt i -> "an int";
      case Scalar.Real r -> "a float";
      case Scalar.Complex c -> "a complex";
      case Scalar.Text t -> "a string";
      case Scalar.Bytes b -> b.isMutable() ? "a bytearray" : "bytes";
      case Scalar.Typed t -> "a number of type " + t.dtype();
      case Scalar.DTypeName d -> "a dtype";
      case Scalar.DeviceName d -> "a device";
      case Scalar.GlobalName g -> "the name " + g.qualifiedName();
    };
  }

  static ClassCastException unexpected(Value value, String wanted) {
    return new ClassCastException("expected " + wanted + ", found " + kindOf(value));
  }
}
