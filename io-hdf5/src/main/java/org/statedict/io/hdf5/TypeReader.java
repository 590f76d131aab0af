package org.statedict.io.hdf5;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.Escapes;
import org.statedict.io.hdf5.ElementType.Bytes;
import org.statedict.io.hdf5.ElementType.Numbers;
import org.statedict.io.hdf5.ElementType.Other;
import org.statedict.io.hdf5.ElementType.Text;
import org.statedict.tensor.DType;

/// Reads a datatype message. A float type is known by its exact layout of bits, whatever its byte
/// order; nothing is guessed from a width.
final class TypeReader {
  private static final int DEPTH = 32;
  private static final int LARGEST = 1 << 24;
  private static final List<String> CLASSES =
      List.of(
          "integer",
          "float",
          "time",
          "string",
          "bit field",
          "opaque",
          "compound",
          "reference",
          "enumeration",
          "variable-length",
          "array",
          "complex");

  /// The bits of a float type: where its parts lie, and its bias.
  private record Layout(int precision, int exponentAt, int exponent, int mantissa, long bias) {}

  private static final Map<Layout, DType> FLOATS =
      Map.of(
          new Layout(64, 52, 11, 52, 1023), DType.FLOAT64,
          new Layout(32, 23, 8, 23, 127), DType.FLOAT32,
          new Layout(16, 10, 5, 10, 15), DType.FLOAT16,
          new Layout(16, 7, 8, 7, 127), DType.BFLOAT16,
          new Layout(8, 2, 5, 2, 15), DType.FLOAT8_E5M2,
          new Layout(8, 3, 4, 3, 7), DType.FLOAT8_E4M3FN);

  /// The head of a type: which class, and bits that mean something in that class.
  private record Head(int version, int kind, int bits, int size) {
    boolean isBigEndian() {
      return (bits & 1) != 0;
    }

    /// Members are padded in old versions only.
    boolean isPadded() {
      return version < 3;
    }
  }

  private record Member(String name, int offset, ElementType type) {}

  private TypeReader() {}

  /// @throws CheckpointException if the type is malformed; one that is merely of no use here is an
  ///   [Other]
  static ElementType read(Fields in) throws CheckpointException {
    return read(in, 0);
  }

  private static ElementType read(Fields in, int depth) throws CheckpointException {
    if (depth > DEPTH) {
      throw in.fail("a datatype nested more than %d deep".formatted(DEPTH));
    }
    int first = in.u1();
    int bits = in.u1() | (in.u1() << 8) | (in.u1() << 16);
    Head head = new Head(first >> 4, first & 15, bits, in.int4("an element size"));
    if (head.kind >= CLASSES.size() || head.version < 1 || head.version > 5) {
      throw in.fail("a datatype of class %d, version %d".formatted(head.kind, head.version));
    }
    if (head.size <= 0 || head.size > LARGEST) {
      throw in.fail("an element of %d bytes".formatted(head.size));
    }
    return switch (head.kind) {
      case 0 -> integer(in, head);
      case 1 -> real(in, head);
      case 3 -> new Text(head.size, false, (bits & 15) == 2);
      case 4 -> bitField(in, head);
      case 5 -> opaque(in, head);
      case 6 -> compound(in, head, depth);
      case 8 -> enumeration(in, head, depth);
      case 9 -> variable(in, head, depth);
      case 10 -> array(in, head, depth);
      case 11 -> complex(read(in, depth + 1), head);
      case 2 -> time(in, head);
      default -> other(head);
    };
  }

  private static Other other(Head head) {
    return new Other(head.size, CLASSES.get(head.kind) + " type");
  }

  private static Other time(Fields in, Head head) throws CheckpointException {
    in.skip(2);
    return other(head);
  }

  private static ElementType integer(Fields in, Head head) throws CheckpointException {
    int offset = in.u2();
    int precision = in.u2();
    boolean signed = (head.bits & 8) != 0;
    if (offset != 0 || precision != 8L * head.size || Integer.bitCount(head.size) != 1) {
      return new Other(head.size, "%d-bit integer in %d bytes".formatted(precision, head.size));
    }
    String name = (signed ? "int" : "uint") + precision;
    return DType.named(name)
        .<ElementType>map(dtype -> new Numbers(dtype, head.isBigEndian()))
        .orElseGet(() -> new Other(head.size, name));
  }

  private static ElementType real(Fields in, Head head) throws CheckpointException {
    int offset = in.u2();
    int precision = in.u2();
    int exponentAt = in.u1();
    int exponent = in.u1();
    int mantissaAt = in.u1();
    int mantissa = in.u1();
    DType dtype = FLOATS.get(new Layout(precision, exponentAt, exponent, mantissa, in.u4()));
    boolean plain =
        offset == 0
            && mantissaAt == 0
            && precision == 8L * head.size
            && ((head.bits >> 4) & 3) == 2
            && head.bits >> 8 == precision - 1
            && (head.bits & 0x40) == 0;
    return plain && dtype != null
        ? new Numbers(dtype, head.isBigEndian())
        : new Other(head.size, "%d-bit float of another kind".formatted(precision));
  }

  /// PyTables keeps truth values as bit fields of a byte.
  private static ElementType bitField(Fields in, Head head) throws CheckpointException {
    int offset = in.u2();
    int precision = in.u2();
    boolean truth = head.size == 1 && offset == 0 && precision == 8;
    return truth ? new Numbers(DType.BOOL, false) : other(head);
  }

  private static ElementType opaque(Fields in, Head head) throws CheckpointException {
    int length = head.bits & 0xFF;
    String tag = text(in.bytes(length));
    return tag.isEmpty() || tag.startsWith("NUMPY:")
        ? new Bytes(head.size)
        : new Other(head.size, "opaque type '" + Escapes.visible(tag) + "'");
  }

  private static ElementType compound(Fields in, Head head, int depth) throws CheckpointException {
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < (head.bits & 0xFFFF); i++) {
      int start = in.position();
      String name = text(in.untilNul());
      if (head.isPadded()) {
        in.pad(start);
      }
      int offset =
          head.isPadded() ? in.int4("an offset") : (int) in.sized(Fields.widthOf(head.size));
      if (head.version == 1) {
        in.skip(28);
      }
      members.add(new Member(name, offset, read(in, depth + 1)));
    }
    return complexOf(members, head);
  }

  /// A pair of equal floats, the real part first, is a complex number.
  private static ElementType complexOf(List<Member> members, Head head) {
    if (members.size() == 2) {
      Member re = members.get(0);
      Member im = members.get(1);
      String names = (re.name + " " + im.name).toLowerCase(Locale.ROOT);
      boolean named = names.equals("r i") || names.equals("real imag");
      boolean placed = re.offset == 0 && im.offset == head.size / 2;
      if (named && placed && re.type.equals(im.type)) {
        return complex(re.type, head);
      }
    }
    return other(head);
  }

  private static ElementType complex(ElementType part, Head head) {
    if (part instanceof Numbers numbers
        && numbers.dtype().isFloatingPoint()
        && head.size == 2 * part.size()) {
      DType dtype =
          switch (numbers.dtype()) {
            case FLOAT64 -> DType.COMPLEX128;
            case FLOAT32 -> DType.COMPLEX64;
            case FLOAT16 -> DType.COMPLEX32;
            default -> null;
          };
      if (dtype != null) {
        return new Numbers(dtype, numbers.bigEndian());
      }
    }
    return other(head);
  }

  /// An enumeration of a byte with the members FALSE = 0 and TRUE = 1 is a truth value.
  private static ElementType enumeration(Fields in, Head head, int depth)
      throws CheckpointException {
    ElementType base = read(in, depth + 1);
    int count = head.bits & 0xFFFF;
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int start = in.position();
      names.add(text(in.untilNul()));
      if (head.isPadded()) {
        in.pad(start);
      }
    }
    byte[] values = in.bytes((long) count * base.size());
    boolean truth =
        count == 2
            && head.size == 1
            && base.size() == 1
            && isMember(names, values, "FALSE", 0)
            && isMember(names, values, "TRUE", 1);
    return truth ? new Numbers(DType.BOOL, false) : other(head);
  }

  private static boolean isMember(List<String> names, byte[] values, String name, int value) {
    int at = names.indexOf(name);
    return at >= 0 && values[at] == value;
  }

  private static ElementType variable(Fields in, Head head, int depth) throws CheckpointException {
    read(in, depth + 1);
    return (head.bits & 15) == 1 ? new Text(head.size, true, false) : other(head);
  }

  private static ElementType array(Fields in, Head head, int depth) throws CheckpointException {
    int rank = in.u1();
    in.skip(head.isPadded() ? 3 : 0);
    in.skip((head.isPadded() ? 8L : 4L) * rank);
    read(in, depth + 1);
    return other(head);
  }

  private static String text(byte[] name) {
    int end = name.length;
    while (end > 0 && name[end - 1] == 0) {
      end--;
    }
    return new String(name, 0, end, StandardCharsets.UTF_8);
  }
}
