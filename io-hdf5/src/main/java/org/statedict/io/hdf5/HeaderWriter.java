package org.statedict.io.hdf5;

/// An object header of version 2: one block of messages.
final class HeaderWriter {
  /// The most bytes of a name for which its message has room.
  static final int LONGEST_NAME = 65_000;

  private static final int SIZE_IN_4_BYTES = 2;

  private final FieldsWriter messages = new FieldsWriter();

  HeaderWriter message(int type, FieldsWriter body) {
    messages.u1(type).u2(body.size()).u1(0).bytes(body.toBytes());
    return this;
  }

  byte[] toBytes() {
    return new FieldsWriter()
        .signature("OHDR")
        .u1(2)
        .u1(SIZE_IN_4_BYTES)
        .u4(messages.size())
        .bytes(messages.toBytes())
        .checksum()
        .toBytes();
  }
}
