package org.statedict.io.hdf5;

import java.nio.charset.StandardCharsets;

/// An attribute that is to be written, of one value.
sealed interface PlannedAttribute {
  /// Its name.
  String name();

  /// The type of its value.
  FieldsWriter type();

  /// Its value as it is stored.
  FieldsWriter value();

  /// The message in the header of its object.
  default FieldsWriter body() {
    byte[] name = name().getBytes(StandardCharsets.UTF_8);
    byte[] type = type().toBytes();
    byte[] scalar = new FieldsWriter().u1(2).zeros(3).toBytes();
    return new FieldsWriter()
        .u1(3)
        .u1(0)
        .u2(name.length + 1)
        .u2(type.length)
        .u2(scalar.length)
        .u1(1)
        .bytes(name)
        .u1(0)
        .bytes(type)
        .bytes(scalar)
        .bytes(value().toBytes());
  }

  /// Text of variable length, which h5py shows as `str`.
  record Text(String name, TextHeap.Slot slot) implements PlannedAttribute {
    @Override
    public FieldsWriter type() {
      return new FieldsWriter().hex("19010100 10000000 10000000 01000000 0000 0800");
    }

    @Override
    public FieldsWriter value() {
      return slot.reference();
    }
  }

  /// A whole number.
  record Whole(String name, long number) implements PlannedAttribute {
    @Override
    public FieldsWriter type() {
      return new FieldsWriter().hex("10080000 08000000 0000 4000");
    }

    @Override
    public FieldsWriter value() {
      return new FieldsWriter().u8(number);
    }
  }
}
