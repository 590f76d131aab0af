package org.statedict.io.hdf5;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// A group that is to be written: a compact one, whose links stand in its header in the order of
/// their creation.
final class PlannedGroup extends PlannedObject {
  private static final int TRACKED_AND_INDEXED = 3;
  private static final int WITH_ORDER_AND_CHARSET = 0x14;
  private static final int UTF_8 = 1;

  private final SequencedMap<String, PlannedObject> members = new LinkedHashMap<>();
  private final List<PlannedAttribute> attributes = new ArrayList<>();

  /// The group that is the member `name`, which is made if it is not there.
  PlannedGroup group(String name) {
    if (members.computeIfAbsent(name, _ -> new PlannedGroup()) instanceof PlannedGroup group) {
      return group;
    }
    throw new IllegalStateException("a dataset where a group is to be: " + name);
  }

  void link(String name, PlannedDataset dataset) {
    if (members.put(name, dataset) != null) {
      throw new IllegalStateException("two members are called " + name);
    }
    dataset.addLink();
  }

  void attribute(PlannedAttribute attribute) {
    attributes.add(attribute);
  }

  Iterable<PlannedObject> members() {
    return members.values();
  }

  @Override
  byte[] header() {
    HeaderWriter header = new HeaderWriter();
    header.message(ObjectHeader.LINK_INFO, linkInfo());
    header.message(ObjectHeader.GROUP_INFO, new FieldsWriter().u1(0).u1(0));
    long order = 0;
    for (var member : members.entrySet()) {
      header.message(
          ObjectHeader.LINK, link(member.getKey(), order++, member.getValue().address()));
    }
    attributes.forEach(a -> header.message(ObjectHeader.ATTRIBUTE, a.body()));
    return header.toBytes();
  }

  private FieldsWriter linkInfo() {
    return new FieldsWriter()
        .u1(0)
        .u1(TRACKED_AND_INDEXED)
        .u8(members.size())
        .u8(Hdf5Bytes.UNDEFINED)
        .u8(Hdf5Bytes.UNDEFINED)
        .u8(Hdf5Bytes.UNDEFINED);
  }

  private static FieldsWriter link(String name, long order, long target) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    boolean wide = text.length > 0xFF;
    FieldsWriter link =
        new FieldsWriter().u1(1).u1(WITH_ORDER_AND_CHARSET | (wide ? 1 : 0)).u8(order).u1(UTF_8);
    return (wide ? link.u2(text.length) : link.u1(text.length)).bytes(text).u8(target);
  }
}
