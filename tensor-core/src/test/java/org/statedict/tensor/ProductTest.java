package org.statedict.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Matrix products of every kind of size against sums that are written down as they are defined.
class ProductTest {
  @ParameterizedTest
  @CsvSource({
    "1,1,1",
    "4,4,4",
    "5,7,3",
    "3,513,257",
    "67,5,300",
    "130,520,261",
    "0,2,3",
    "2,0,3",
    "2,3,0"
  })
  void productIsTheSumOfProducts(int m, int n, int k) {
    Generator random = Generator.seeded(m + n + k);
    for (DType dtype : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
      Tensor a = random.uniform(dtype, -1, 1, m, k);
      Tensor b = random.uniform(dtype, -1, 1, k, n);
      double[] left = a.toDoubleArray();
      double[] right = b.toDoubleArray();
      double[] found = a.matmul(b).toDoubleArray();
      double tolerance = (dtype == DType.FLOAT32 ? 2e-7 : 4e-16) * (k + 1);
      assertEquals(m * n, found.length);
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
          double sum = 0;
          for (int p = 0; p < k; p++) {
            sum += left[i * k + p] * right[p * n + j];
          }
          assertEquals(sum, found[i * n + j], tolerance);
        }
      }
    }
  }
}
