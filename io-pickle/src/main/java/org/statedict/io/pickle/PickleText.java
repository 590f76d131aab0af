package org.statedict.io.pickle;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.Limits;
import org.statedict.tensor.Scalar;

/// The text operands of protocol 0: numbers in decimal, strings with quotes and escapes.
final class PickleText {
  private PickleText() {}

  static double real(PickleInput in) throws CheckpointException {
    String text = in.asciiLine();
    return switch (text) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      case "nan" -> Double.NaN;
      default -> decimalReal(in, text);
    };
  }

  private static double decimalReal(PickleInput in, String text) throws CheckpointException {
    if (text.length() > 400 || !text.matches("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?")) {
      throw in.fail("a float that is no number; the pickle is damaged");
    }
    return Double.parseDouble(text);
  }

  /// INT, whose `00` and `01` are the truth values.
  static Scalar integerOrBool(PickleInput in, Limits limits, Where where)
      throws CheckpointException {
    String text = in.asciiLine();
    return switch (text) {
      case "00" -> new Scalar.Bool(false);
      case "01" -> new Scalar.Bool(true);
      default -> decimal(in, text, limits, where);
    };
  }

  /// LONG, with or without the final `L` of Python 2.
  static Scalar integer(PickleInput in, Limits limits, Where where) throws CheckpointException {
    String text = in.asciiLine();
    String digits = text.endsWith("L") ? text.substring(0, text.length() - 1) : text;
    return decimal(in, digits, limits, where);
  }

  private static Scalar decimal(PickleInput in, String text, Limits limits, Where where)
      throws CheckpointException {
    limits.check(Limit.INTEGER_DIGITS, text.length(), where);
    int digits = text.startsWith("-") ? 1 : 0;
    boolean number = text.length() > digits;
    for (int i = digits; i < text.length(); i++) {
      number &= text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    if (!number) {
      throw in.fail("an integer that is no number; the pickle is damaged");
    }
    return Scalar.integer(new BigInteger(text));
  }

  static long memoIndex(PickleInput in) throws CheckpointException {
    String text = in.asciiLine();
    if (text.isEmpty() || text.length() > 18 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw in.fail("a memo slot that is no number; the pickle is damaged");
    }
    return Long.parseLong(text);
  }

  /// A string of Python 2, which did not say its encoding: UTF-8 if it is that, else bytes.
  static Scalar python2String(byte[] bytes) {
    try {
      return new Scalar.Text(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Scalar.Bytes.of(bytes);
    }
  }

  /// STRING: a Python literal in quotes.
  static byte[] unquoted(PickleInput in) throws CheckpointException {
    byte[] line = in.line();
    boolean quoted =
        line.length >= 2 && (line[0] == '\'' || line[0] == '"') && line[line.length - 1] == line[0];
    if (!quoted) {
      throw in.fail("a string without its quotes; the pickle is damaged");
    }
    ByteBuffer out = ByteBuffer.allocate(line.length);
    for (int i = 1; i < line.length - 1; i++) {
      if (line[i] != '\\') {
        out.put(line[i]);
      } else {
        i = escape(in, line, i + 1, out);
      }
    }
    byte[] bytes = new byte[out.position()];
    out.get(0, bytes);
    return bytes;
  }

  /// Decodes one escape; returns where it ends.
  private static int escape(PickleInput in, byte[] line, int at, ByteBuffer out)
      throws CheckpointException {
    int simple = "\\'\"abfnrtv".indexOf(line[at]);
    if (simple >= 0) {
      out.put((byte) "\\'\"\u0007\b\f\n\r\t\u000b".charAt(simple));
      return at;
    }
    boolean hex = line[at] == 'x';
    int from = hex ? at + 1 : at;
    int length = hex ? 2 : 3;
    try {
      String digits = new String(line, from, length, StandardCharsets.US_ASCII);
      out.put((byte) Integer.parseInt(digits, hex ? 16 : 8));
      return from + length - 1;
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw in.fail("an unknown escape in a string; the pickle is damaged");
    }
  }

  /// UNICODE: Latin-1 with `backslash u` and `backslash U` escapes.
  static String rawUnicode(PickleInput in) throws CheckpointException {
    String line = new String(in.line(), StandardCharsets.ISO_8859_1);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < line.length(); i++) {
      int digits = line.startsWith("\\u", i) ? 4 : line.startsWith("\\U", i) ? 8 : 0;
      if (digits == 0) {
        text.append(line.charAt(i));
        continue;
      }
      try {
        text.appendCodePoint(Integer.parseInt(line.substring(i + 2, i + 2 + digits), 16));
      } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
        throw in.fail("an unknown escape in a string; the pickle is damaged");
      }
      i += 1 + digits;
    }
    return text.toString();
  }
}
