package org.statedict.checkpoint;

import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.ServiceLoader;
import org.statedict.tensor.Value;

/// A named rewriting of a value, such as from the layout of one library to that of another.
///
/// Implementations are found through [ServiceLoader]; they are stateless and thread-safe, and read
/// no tensor data: tensors that have to be computed are computed when they are read.
public interface ValueTransform {
  /// The name by which it is asked for.
  String name();

  /// Rewrites a value.
  ///
  /// @param metadata the text of the file that the value comes from, which may say what its parts
  ///   mean; empty if there is none
  /// @throws UnsupportedValueException if the value is none that this rewrites
  Transformed apply(Value value, Map<String, String> metadata) throws UnsupportedValueException;

  /// A rewritten value.
  ///
  /// @param lost what of the old value is not in it, or could not be rewritten
  record Transformed(Value value, List<SavePlan.Loss> lost) {}

  /// The installed transform of this name.
  ///
  /// @throws NoSuchElementException if there is none
  static ValueTransform named(String name) {
    return ServiceLoader.load(ValueTransform.class, ValueTransform.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .filter(transform -> transform.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new NoSuchElementException("no transform '" + name + "' is installed"));
  }
}
