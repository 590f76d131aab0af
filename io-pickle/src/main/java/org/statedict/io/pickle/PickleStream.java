package org.statedict.io.pickle;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The bytes of a protocol 2 pickle as CPython's pickler lays them out, and its memo.
///
/// Everything that Python would find again by identity is numbered when it is written and fetched
/// by that number afterwards: objects by their identity, globals by their names, and strings by
/// their text, since Python keeps one object for each string of a program's source.
final class PickleStream {
  private byte[] bytes = new byte[1024];
  private int size;
  private int memoised;
  private final IdentityHashMap<String, Integer> texts = new IdentityHashMap<>();
  private final Map<String, Integer> shared = new HashMap<>();
  private final IdentityHashMap<Object, Integer> objects = new IdentityHashMap<>();

  PickleStream() {
    op(0x80).raw(2);
  }

  /// The pickle of one integer.
  static byte[] of(BigInteger value) {
    PickleStream out = new PickleStream();
    out.integer(value);
    return out.finished();
  }

  byte[] finished() {
    op('.');
    return Arrays.copyOf(bytes, size);
  }

  PickleStream op(int opcode) {
    return raw(opcode);
  }

  private PickleStream raw(int value) {
    if (size == bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.multiplyExact(size, 2));
    }
    bytes[size++] = (byte) value;
    return this;
  }

  private void littleEndian(long value, int count) {
    for (int i = 0; i < count; i++) {
      raw((int) (value >>> (8 * i)));
    }
  }

  /// Numbers what was just written, for nobody to fetch again.
  PickleStream put() {
    int number = memoised++;
    if (number < 256) {
      op('q').raw(number);
    } else {
      op('r').littleEndian(number, 4);
    }
    return this;
  }

  /// Numbers what was just written as `object`.
  void put(Object object) {
    objects.put(object, memoised);
    put();
  }

  /// Numbers what was just written as the one object of this name.
  void putShared(String name) {
    shared.put(name, memoised);
    put();
  }

  /// Fetches the one object of this name if it has been written before.
  boolean fetchShared(String name) {
    return fetch(shared.get(name));
  }

  /// Fetches `object` if it has been written before.
  boolean fetch(Object object) {
    return fetch(objects.get(object));
  }

  private boolean fetch(@Nullable Integer number) {
    if (number == null) {
      return false;
    }
    if (number < 256) {
      op('h').raw(number);
    } else {
      op('j').littleEndian(number, 4);
    }
    return true;
  }

  /// A class or function, by its Python 2 name where protocol 2 writes that.
  PickleStream global(String module, String name) {
    String both = module + "\n" + name + "\n";
    if (!fetchShared(both)) {
      op('c').utf8(both);
      putShared(both);
    }
    return this;
  }

  /// A string that may be fetched again.
  void text(String text) {
    if (!fetch(texts.get(text))) {
      texts.put(text, memoised);
      string(text).put();
    }
  }

  /// A string of PyTorch's own source, which exists once.
  void constant(String text) {
    text(text.intern());
  }

  /// A string, not numbered yet: what Python makes at run time is an object of its own, whatever
  /// its text.
  PickleStream string(String text) {
    op('X');
    int at = size;
    littleEndian(0, 4);
    utf8(text);
    int length = size - at - 4;
    for (int i = 0; i < 4; i++) {
      bytes[at + i] = (byte) (length >>> (8 * i));
    }
    return this;
  }

  /// UTF-8 in which an unpaired surrogate has three bytes, as Python's `surrogatepass` has it.
  private void utf8(String text) {
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (c < 0x80) {
        raw(c);
      } else if (c < 0x800) {
        raw(0xC0 | (c >> 6)).raw(continuation(c));
      } else if (c < 0x10000) {
        raw(0xE0 | (c >> 12)).raw(continuation(c >> 6)).raw(continuation(c));
      } else {
        raw(0xF0 | (c >> 18)).raw(continuation(c >> 12));
        raw(continuation(c >> 6)).raw(continuation(c));
      }
    }
  }

  private static int continuation(int bits) {
    return 0x80 | (bits & 0x3F);
  }

  PickleStream bool(boolean value) {
    return op(value ? 0x88 : 0x89);
  }

  /// An integer in its shortest form.
  PickleStream integer(long value) {
    if (value >= 0 && value < 1 << 8) {
      return op('K').raw((int) value);
    }
    if (value >= 0 && value < 1 << 16) {
      op('M').littleEndian(value, 2);
    } else if (value == (int) value) {
      op('J').littleEndian(value, 4);
    } else {
      integer(BigInteger.valueOf(value));
    }
    return this;
  }

  /// An integer of any size, in its shortest form only if it has more than 32 bits.
  void integer(BigInteger value) {
    byte[] digits = value.toByteArray();
    if (digits.length < 256) {
      op(0x8A).raw(digits.length);
    } else {
      op(0x8B).littleEndian(digits.length, 4);
    }
    for (int i = digits.length - 1; i >= 0; i--) {
      raw(digits[i]);
    }
  }

  /// A float, most significant byte first.
  void real(long bits) {
    op('G').littleEndian(Long.reverseBytes(bits), 8);
  }

  PickleStream none() {
    return op('N');
  }

  /// Marks the stack below the items of a tuple of `count`, if it is long enough to need that.
  PickleStream beginTuple(int count) {
    return count > 3 ? op('(') : this;
  }

  /// Makes a tuple of the last `count` items; not numbered if it is empty, since Python has but
  /// one.
  PickleStream endTuple(int count) {
    return count == 0 ? op(')') : op(tupleOpcode(count)).put();
  }

  /// The same for a tuple that may be fetched again.
  void endTuple(int count, Object tuple) {
    op(tupleOpcode(count)).put(tuple);
  }

  private static int tupleOpcode(int count) {
    return count > 3 ? 't' : 0x84 + count;
  }

  /// A tuple of integers.
  PickleStream integers(long... values) {
    beginTuple(values.length);
    for (long value : values) {
      integer(value);
    }
    return endTuple(values.length);
  }

  /// Calls the callable below the tuple on top.
  PickleStream reduce() {
    return op('R');
  }
}
