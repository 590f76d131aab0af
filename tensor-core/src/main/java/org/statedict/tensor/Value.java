package org.statedict.tensor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A node of a checkpoint: a tensor, a dictionary, a sequence, a scalar or an object of a class we
/// do not know.
///
/// Values are immutable and can hold no cycle. One value may stand in several places of a tree, and
/// saving keeps it one. Scalars and tuples are equal by value, since they serve as keys; everything
/// else is equal by identity, and [Values#same] compares whole trees.
public sealed interface Value permits Tensor, Dict, Seq, Scalar, Opaque {
  /// The value of a plain Java object: `null`, `Boolean`, `Integer`, `Long`, `BigInteger`, `Float`,
  /// `Double`, `String`, `byte[]`, a `List`, a `Set`, a `Map` or a value itself. A map without an
  /// order of its own is taken in the order of its keys' text, so that the file does not depend on
  /// the map's shuffling.
  ///
  /// @throws IllegalArgumentException if the object, or one within it, is of another class
  static Value of(@Nullable Object plain) {
    return PlainJava.toValue(plain);
  }

  /// The value at the end of `path`: strings and numbers select from dictionaries, numbers from
  /// sequences.
  ///
  /// @throws java.util.NoSuchElementException if a step leads nowhere; the message says which
  default Value at(Object... path) {
    return ValuePath.follow(this, path);
  }

  /// This value as a tensor.
  ///
  /// @throws ClassCastException if this is no tensor
  default Tensor asTensor() {
    return expect(Tensor.class, "a tensor");
  }

  /// This value as a dictionary.
  ///
  /// @throws ClassCastException if this is no dictionary
  default Dict asDict() {
    return expect(Dict.class, "a dict");
  }

  /// This dictionary of text to tensors, or this whole model, as a state_dict.
  ///
  /// @throws ClassCastException if this is neither, or an entry is neither a tensor nor a module's
  ///   `_extra_state`; the message names the entry
  default StateDict asStateDict() {
    return ModuleTree.isModule(this) ? ModuleTree.stateDict(this) : StateDict.of(asDict());
  }

  /// The items of a sequence.
  ///
  /// @throws ClassCastException if this is no sequence
  default List<Value> asList() {
    return expect(Seq.class, "a sequence").items();
  }

  /// The number of an int.
  ///
  /// @throws ClassCastException if this is no integer
  /// @throws ArithmeticException if the integer does not fit
  default long asLong() {
    return switch (this) {
      case Scalar.Int i -> i.value();
      case Scalar.BigInt i -> i.value().longValueExact();
      default -> throw Values.unexpected(this, "an int");
    };
  }

  /// The number of a float or an int.
  ///
  /// @throws ClassCastException if this is neither a float nor an integer
  default double asDouble() {
    return switch (this) {
      case Scalar.Real r -> r.value();
      case Scalar.Int i -> i.value();
      case Scalar.BigInt i -> i.value().doubleValue();
      default -> throw Values.unexpected(this, "a float");
    };
  }

  /// The text of a string.
  ///
  /// @throws ClassCastException if this is no string
  default String asText() {
    return expect(Scalar.Text.class, "a string").value();
  }

  /// The truth of a bool.
  ///
  /// @throws ClassCastException if this is no bool
  default boolean asBool() {
    return expect(Scalar.Bool.class, "a bool").value();
  }

  private <T> T expect(Class<T> type, String name) {
    if (type.isInstance(this)) {
      return type.cast(this);
    }
    throw Values.unexpected(this, name);
  }
}
