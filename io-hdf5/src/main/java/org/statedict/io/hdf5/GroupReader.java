package org.statedict.io.hdf5;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.Escapes;
import org.statedict.checkpoint.Limit;

/// Lists the links of a group, old or new, in the order of their creation where the file has it,
/// else by the bytes of their names.
final class GroupReader {
  private static final int LINK_RECORD = 5;
  private static final int SYMBOL = 40;
  private static final Comparator<String> BY_BYTES =
      Comparator.comparing(name -> name.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

  private final Hdf5Bytes file;

  GroupReader(Hdf5Bytes file) {
    this.file = file;
  }

  /// A name in a group.
  ///
  /// @param order the place in the order of creation, -1 if that is not known
  record Link(String name, Target target, long order) {}

  /// What a name stands for.
  sealed interface Target {
    /// An object of this file.
    record Hard(long address) implements Target {}

    /// Another path in this file.
    record Soft(String path) implements Target {}

    /// An object of another file, which is never opened.
    record External(String description) implements Target {}
  }

  static boolean isGroup(ObjectHeader header) {
    return header.has(ObjectHeader.SYMBOL_TABLE)
        || header.has(ObjectHeader.LINK_INFO)
        || header.has(ObjectHeader.LINK)
        || header.has(ObjectHeader.GROUP_INFO);
  }

  List<Link> links(ObjectHeader header) throws IOException {
    List<Link> links = new ArrayList<>();
    for (ObjectHeader.Message message : header.all(ObjectHeader.LINK)) {
      links.add(link(message.body()));
    }
    if (header.first(ObjectHeader.LINK_INFO).isPresent()) {
      dense(header.first(ObjectHeader.LINK_INFO).get().body(), links);
    }
    if (header.first(ObjectHeader.SYMBOL_TABLE).isPresent()) {
      Fields table = header.first(ObjectHeader.SYMBOL_TABLE).get().body();
      old(table.address(), table.address(), links);
    }
    requireDistinct(links);
    boolean ordered = links.stream().allMatch(link -> link.order >= 0);
    links.sort(
        ordered
            ? Comparator.comparingLong(Link::order)
            : Comparator.comparing(Link::name, BY_BYTES));
    return links;
  }

  private void requireDistinct(List<Link> links) throws CheckpointException {
    Set<String> names = new HashSet<>();
    for (Link link : links) {
      if (!names.add(link.name)) {
        throw new CheckpointException(
            file.where(),
            "two links of one name, '%s'; the file is damaged"
                .formatted(Escapes.visible(link.name)));
      }
    }
  }

  private void dense(Fields info, List<Link> links) throws IOException {
    info.version(0);
    info.skip((info.u1() & 1) == 0 ? 0 : Long.BYTES);
    for (Fields link : FractalHeap.objects(file, info, LINK_RECORD, Integer.BYTES)) {
      links.add(link(link));
    }
  }

  private Link link(Fields in) throws CheckpointException {
    in.version(1);
    int flags = in.u1();
    int kind = (flags & 8) == 0 ? 0 : in.u1();
    long order = (flags & 4) == 0 ? -1 : in.length();
    in.skip((flags & 16) == 0 ? 0 : 1);
    String name = in.utf8(in.sized(1 << (flags & 3)));
    return new Link(name, target(in, kind), order);
  }

  private static Target target(Fields in, int kind) throws CheckpointException {
    return switch (kind) {
      case 0 -> new Target.Hard(in.address());
      case 1 -> new Target.Soft(in.utf8(in.u2()));
      case 64 -> {
        Fields names = in.part(in.u2());
        names.skip(1);
        String other = names.utf8UntilNul();
        yield new Target.External("'%s' of the file '%s'".formatted(names.utf8UntilNul(), other));
      }
      default -> new Target.External("an object by a link of kind " + kind);
    };
  }

  private void old(long tree, long heap, List<Link> links) throws IOException {
    Fields names = localHeap(heap);
    Deque<Long> open = new ArrayDeque<>(List.of(tree));
    Set<Long> visited = new HashSet<>();
    while (!open.isEmpty()) {
      long node = open.remove();
      if (!visited.add(node)) {
        throw new CheckpointException(
            file.where().entry("group b-tree").at(file.offset(node)),
            "a node that is its own child; the file is damaged or hostile");
      }
      file.limits().check(Limit.HDF5_OBJECTS, visited.size(), file.where());
      Fields in = file.fields(node, 8, "group b-tree");
      if (in.u1() == 'S') {
        symbols(node, names, links);
      } else {
        in.again().signature("TREE");
        children(node, open);
      }
    }
  }

  private void children(long node, Deque<Long> open) throws IOException {
    Fields head = file.fields(node, 8, "group b-tree");
    head.skip(6);
    int count = head.u2();
    Fields in = file.fields(node, 24 + count * 16L + 8, "group b-tree");
    in.skip(24);
    for (int i = 0; i < count; i++) {
      in.skip(Long.BYTES);
      open.add(in.address());
    }
  }

  private void symbols(long node, Fields names, List<Link> links) throws IOException {
    Fields head = file.fields(node, 8, "symbol node");
    head.signature("SNOD");
    head.version(1);
    head.skip(1);
    Fields in = file.fields(node, 8 + (long) head.u2() * SYMBOL, "symbol node");
    in.skip(8);
    while (in.remaining() >= SYMBOL) {
      String name = heapText(names, in.address());
      long object = in.address();
      boolean soft = in.u4() == 2;
      in.skip(4);
      long text = in.u4();
      in.skip(12);
      links.add(
          new Link(
              name, soft ? new Target.Soft(heapText(names, text)) : new Target.Hard(object), -1));
    }
  }

  private static String heapText(Fields names, long at) throws CheckpointException {
    Fields in = names.again();
    in.skip(at);
    return in.utf8UntilNul();
  }

  private Fields localHeap(long address) throws IOException {
    Fields in = file.fields(address, 32, "local heap");
    in.signature("HEAP");
    in.version(0);
    in.skip(3);
    long size = in.length();
    in.skip(Long.BYTES);
    return file.fields(in.address(), size, "local heap");
  }
}
