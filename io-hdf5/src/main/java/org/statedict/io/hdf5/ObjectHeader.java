package org.statedict.io.hdf5;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// The header of a group, a dataset or a named datatype: a list of messages.
record ObjectHeader(long address, List<Message> messages) {
  static final int DATASPACE = 0x01;
  static final int LINK_INFO = 0x02;
  static final int DATATYPE = 0x03;
  static final int OLD_FILL = 0x04;
  static final int FILL = 0x05;
  static final int LINK = 0x06;
  static final int EXTERNAL_FILES = 0x07;
  static final int LAYOUT = 0x08;
  static final int GROUP_INFO = 0x0A;
  static final int FILTERS = 0x0B;
  static final int ATTRIBUTE = 0x0C;
  static final int CONTINUATION = 0x10;
  static final int SYMBOL_TABLE = 0x11;
  static final int ATTRIBUTE_INFO = 0x15;
  static final int REFERENCE_COUNT = 0x16;

  /// One fact about an object.
  ///
  /// @param shared whether the body says where the fact stands instead
  /// @param start the body, at its beginning
  record Message(int type, boolean shared, Fields start) {
    /// The fields of the body, from its beginning.
    Fields body() {
      return start.again();
    }
  }

  /// Reads and checks the header at `address`.
  static ObjectHeader read(Hdf5Bytes file, long address) throws IOException {
    return new HeaderReader(file, address).read();
  }

  Optional<Message> first(int type) {
    return messages.stream().filter(m -> m.type == type).findFirst();
  }

  List<Message> all(int type) {
    return messages.stream().filter(m -> m.type == type).toList();
  }

  boolean has(int type) {
    return first(type).isPresent();
  }
}
