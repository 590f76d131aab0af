package org.statedict.tensor;

/// A scope in which nothing is recorded for gradients, for use in try-with-resources; of the thread
/// that opened it. Scopes may be nested.
///
/// ```java
/// try (var _ = NoGrad.begin()) {
///   Tensor y = net.forward(x); // y.requiresGrad() is false
/// }
/// ```
public final class NoGrad implements AutoCloseable {
  private static final ThreadLocal<Integer> DEPTH = ThreadLocal.withInitial(() -> 0);

  private boolean open = true;

  private NoGrad() {
    DEPTH.set(DEPTH.get() + 1);
  }

  /// Opens a scope that ends when it is closed.
  public static NoGrad begin() {
    return new NoGrad();
  }

  static boolean isActive() {
    return DEPTH.get() > 0;
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      DEPTH.set(DEPTH.get() - 1);
    }
  }
}
