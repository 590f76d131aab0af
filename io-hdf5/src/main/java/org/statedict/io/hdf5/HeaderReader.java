package org.statedict.io.hdf5;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.io.hdf5.ObjectHeader.Message;

/// Reads the messages of one object header, old or new, through all its continuations.
final class HeaderReader {
  private static final String WHAT = "object header";
  private static final int OLD_PREFIX = 16;
  private static final int OLD_MESSAGE = 8;
  private static final int CHECKSUM = 4;

  private final Hdf5Bytes file;
  private final long address;
  private final List<Message> messages = new ArrayList<>();
  private final Deque<Block> blocks = new ArrayDeque<>();
  private final Set<Long> visited = new HashSet<>();

  private record Block(long address, long length) {}

  HeaderReader(Hdf5Bytes file, long address) {
    this.file = file;
    this.address = address;
  }

  ObjectHeader read() throws IOException {
    Fields start = file.fields(address, 6, WHAT);
    if (start.u1() == 1) {
      readOld();
    } else {
      readNew();
    }
    return new ObjectHeader(address, List.copyOf(messages));
  }

  private void readOld() throws IOException {
    Fields prefix = file.fields(address, OLD_PREFIX, WHAT);
    prefix.skip(2);
    int count = prefix.u2();
    prefix.skip(4);
    enter(address + OLD_PREFIX, prefix.u4());
    int seen = 0;
    while (!blocks.isEmpty()) {
      Block block = blocks.remove();
      Fields in = file.fields(block.address, block.length, WHAT);
      while (in.remaining() >= OLD_MESSAGE) {
        int type = in.u2();
        int size = in.u2();
        int flags = in.u1();
        in.skip(3);
        take(in, type, size, flags);
        seen++;
      }
    }
    if (seen < count) {
      throw new CheckpointException(
          file.where().entry(WHAT).at(file.offset(address)),
          "%d messages, it promises %d; the file is damaged".formatted(seen, count));
    }
  }

  private void readNew() throws IOException {
    Fields prefix = file.fields(address, 6, WHAT);
    prefix.signature("OHDR");
    prefix.version(2);
    int flags = prefix.u1();
    int times = (flags & 0x20) == 0 ? 0 : 16;
    int phases = (flags & 0x10) == 0 ? 0 : 4;
    int width = 1 << (flags & 3);
    int head = 6 + times + phases;
    Fields sizes = file.fields(address + head, width, WHAT);
    long size = sizes.sized(width);
    file.require(address, size, WHAT);
    readNewBlock(new Block(address, head + width + size + CHECKSUM), head + width, flags);
    while (!blocks.isEmpty()) {
      Block block = blocks.remove();
      file.fields(block.address, CHECKSUM, WHAT).signature("OCHK");
      readNewBlock(block, CHECKSUM, flags);
    }
  }

  private void readNewBlock(Block block, int head, int flags) throws IOException {
    Fields whole = file.fields(block.address, block.length, WHAT);
    whole.checksum();
    whole.skip(head);
    if (whole.remaining() < CHECKSUM) {
      throw whole.fail("too short for a block of messages");
    }
    Fields in = whole.part(whole.remaining() - CHECKSUM);
    int order = (flags & 4) == 0 ? 0 : 2;
    while (in.remaining() >= 4 + order) {
      int type = in.u1();
      int size = in.u2();
      int messageFlags = in.u1();
      in.skip(order);
      take(in, type, size, messageFlags);
    }
  }

  private void take(Fields in, int type, int size, int flags) throws CheckpointException {
    Message message = new Message(type, (flags & 2) != 0, in.part(size));
    if (type == ObjectHeader.CONTINUATION) {
      Fields body = message.body();
      enter(body.address(), body.length());
    } else if (type != 0) {
      messages.add(message);
    }
  }

  private void enter(long at, long length) throws CheckpointException {
    file.require(at, length, WHAT);
    if (!visited.add(at)) {
      throw new CheckpointException(
          file.where().entry(WHAT).at(file.offset(at)),
          "is continued by itself; the file is damaged or hostile");
    }
    blocks.add(new Block(at, length));
  }
}
