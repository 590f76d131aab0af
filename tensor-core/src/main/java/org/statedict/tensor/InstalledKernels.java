package org.statedict.tensor;

import java.util.Comparator;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/// The choice among the kernels that are there, made once.
final class InstalledKernels {
  static final Kernels BEST =
      Stream.concat(
              Stream.of(new PlainKernels()),
              ServiceLoader.load(Kernels.class, Kernels.class.getClassLoader()).stream()
                  .map(ServiceLoader.Provider::get))
          .max(Comparator.comparingInt(Kernels::preference))
          .orElseThrow();

  private InstalledKernels() {}
}
