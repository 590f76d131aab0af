package org.statedict.tensor;

/// The floating-point formats narrower than float32: one row of facts each, and one codec for all.
///
/// An element is sign, exponent and mantissa from the top bit down. With exponent field `E` and
/// mantissa field `M` of `m` bits it stands for `(1 + M / 2^m) * 2^(E - bias)`, or for `M * 2^(1 -
/// bias - m)` where `E` is 0. Encoding rounds to nearest, ties to even. The constants have the
/// names of their [DType].
enum SmallFloat {
  FLOAT16(5, 10, 15, Specials.IEEE),
  BFLOAT16(8, 7, 127, Specials.IEEE),
  FLOAT8_E5M2(5, 2, 15, Specials.IEEE),
  FLOAT8_E4M3FN(4, 3, 7, Specials.NAN_ON_TOP),
  FLOAT8_E4M3FNUZ(4, 3, 8, Specials.NAN_FOR_MINUS_ZERO),
  FLOAT8_E5M2FNUZ(5, 2, 16, Specials.NAN_FOR_MINUS_ZERO),
  FLOAT8_E8M0FNU(8, 0, 127, Specials.POWERS_OF_TWO),
  FLOAT6_E2M3FN(2, 3, 1, Specials.NONE),
  FLOAT6_E3M2FN(3, 2, 3, Specials.NONE),
  FLOAT4_E2M1FN(2, 1, 1, Specials.NONE);

  /// What the codes are that stand for no finite number.
  private enum Specials {
    /// The highest exponent holds infinity (mantissa 0) and NaN; overflow gives infinity.
    IEEE,
    /// The highest code is NaN, there is no infinity; overflow gives the greatest number.
    NAN_ON_TOP,
    /// The code of -0 is NaN, there is no infinity; overflow gives NaN.
    NAN_FOR_MINUS_ZERO,
    /// Neither infinity nor NaN; overflow gives the greatest number, NaN a zero.
    NONE,
    /// Neither sign nor zero: a code is an exponent, the highest is NaN; overflow gives NaN.
    POWERS_OF_TWO
  }

  private static final int MANTISSA = 23;
  private static final int IMPLICIT = 1 << MANTISSA;
  private static final int INFINITY = 0x7f80_0000;
  private static final int QUIET = 0x0040_0000;

  /// How PyTorch decodes the NaN of a format that has only one.
  private static final int ONLY_NAN = 0x7f80_0001;

  private final int exponentBits;
  private final int mantissaBits;
  private final int bias;
  private final Specials specials;

  SmallFloat(int exponentBits, int mantissaBits, int bias, Specials specials) {
    this.exponentBits = exponentBits;
    this.mantissaBits = mantissaBits;
    this.bias = bias;
    this.specials = specials;
  }

  /// The format of `dtype`.
  ///
  /// @throws IllegalArgumentException if it is not among these
  static SmallFloat of(DType dtype) {
    return valueOf(dtype.name());
  }

  /// What each code stands for.
  float[] numbers() {
    float[] numbers = new float[1 << DType.valueOf(name()).bits()];
    for (int code = 0; code < numbers.length; code++) {
      numbers[code] = decode(code);
    }
    return numbers;
  }

  /// The number that `code` stands for; a NaN keeps its payload in the upper mantissa bits.
  float decode(int code) {
    if (specials == Specials.POWERS_OF_TWO) {
      return power(code);
    }
    int magnitude = code & greatest();
    int sign = code >>> (exponentBits + mantissaBits) << 31;
    if (isNaN(code, magnitude)) {
      return Float.intBitsToFloat(nan(sign, magnitude));
    }
    float value = magnitude == infinity() ? Float.POSITIVE_INFINITY : finite(magnitude);
    return Float.intBitsToFloat(Float.floatToRawIntBits(value) | sign);
  }

  private static float power(int code) {
    return Float.intBitsToFloat(
        switch (code) {
          case 0 -> IMPLICIT >> 1;
          case 255 -> ONLY_NAN;
          default -> code << MANTISSA;
        });
  }

  private float finite(int magnitude) {
    int exponent = magnitude >>> mantissaBits;
    int mantissa = magnitude & ((1 << mantissaBits) - 1);
    return exponent == 0
        ? Math.scalb((float) mantissa, 1 - bias - mantissaBits)
        : Math.scalb((float) (mantissa | 1 << mantissaBits), exponent - bias - mantissaBits);
  }

  private boolean isNaN(int code, int magnitude) {
    return switch (specials) {
      case IEEE -> magnitude > infinity();
      case NAN_ON_TOP -> magnitude == greatest();
      case NAN_FOR_MINUS_ZERO -> code == greatest() + 1;
      case NONE, POWERS_OF_TWO -> false;
    };
  }

  /// The float32 bits of a NaN: made quiet as processors do, except for bfloat16, which is the
  /// upper half of a float32.
  private int nan(int sign, int magnitude) {
    if (specials == Specials.NAN_FOR_MINUS_ZERO) {
      return ONLY_NAN;
    }
    int payload = magnitude << (MANTISSA - mantissaBits);
    return sign | INFINITY | payload | (this == BFLOAT16 ? 0 : QUIET);
  }

  /// The code nearest to `value`; a NaN keeps the payload bits that fit.
  int encode(float value) {
    int bits = Float.floatToRawIntBits(value);
    int magnitude = bits & 0x7fff_ffff;
    if (specials == Specials.POWERS_OF_TWO) {
      return magnitude >= INFINITY ? 255 : nearestPower(magnitude);
    }
    int sign = bits >>> 31 << (exponentBits + mantissaBits);
    return magnitude > INFINITY ? encodedNaN(sign, magnitude) : signed(sign, rounded(magnitude));
  }

  /// As PyTorch rounds: up from 1.5, below the least power only from just above it.
  private static int nearestPower(int magnitude) {
    int exponent = magnitude >>> MANTISSA;
    int rest = magnitude & (IMPLICIT - 1);
    int half = IMPLICIT >> 1;
    boolean up = rest > half || (rest == half && exponent > 0);
    return exponent + (up ? 1 : 0);
  }

  private int encodedNaN(int sign, int magnitude) {
    int payload = (magnitude & (IMPLICIT - 1)) >>> (MANTISSA - mantissaBits);
    return switch (specials) {
      case IEEE -> sign | infinity() | (mantissaBits > 2 ? quiet(payload) : greatest());
      case NAN_ON_TOP -> sign | greatest();
      case NAN_FOR_MINUS_ZERO -> greatest() + 1;
      case NONE -> sign ^ (greatest() + 1);
      case POWERS_OF_TWO -> throw new IllegalStateException("encoded elsewhere");
    };
  }

  private int quiet(int payload) {
    return this == BFLOAT16 && payload != 0 ? payload : payload | 1 << (mantissaBits - 1);
  }

  /// The bits of exponent and mantissa, perhaps beyond the greatest number.
  private int rounded(int magnitude) {
    int drop = MANTISSA - mantissaBits;
    int exponent = Math.max(magnitude >>> MANTISSA, 1);
    int below = 128 - bias - exponent;
    if (below <= 0) {
      return shifted(magnitude - ((127 - bias) << MANTISSA), drop);
    }
    int significand = (magnitude & (IMPLICIT - 1)) | (magnitude < IMPLICIT ? 0 : IMPLICIT);
    return shifted(significand, Math.min(drop + below, 30));
  }

  private static int shifted(int significand, int drop) {
    int odd = significand >>> drop & 1;
    return (significand + (1 << (drop - 1)) - 1 + odd) >>> drop;
  }

  private int signed(int sign, int magnitude) {
    return switch (specials) {
      case IEEE -> sign | Math.min(magnitude, infinity());
      case NAN_ON_TOP -> sign | Math.min(magnitude, greatest() - 1);
      case NAN_FOR_MINUS_ZERO ->
          magnitude > greatest() ? greatest() + 1 : magnitude == 0 ? 0 : sign | magnitude;
      case NONE, POWERS_OF_TWO -> sign | Math.min(magnitude, greatest());
    };
  }

  /// The highest code without its sign.
  private int greatest() {
    return (1 << (exponentBits + mantissaBits)) - 1;
  }

  /// The code of infinity, or one that no magnitude reaches.
  private int infinity() {
    return specials == Specials.IEEE ? ((1 << exponentBits) - 1) << mantissaBits : -1;
  }
}
