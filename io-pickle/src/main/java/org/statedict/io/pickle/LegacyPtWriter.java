package org.statedict.io.pickle;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;
import org.statedict.checkpoint.Progress;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.SavePlan;
import org.statedict.checkpoint.Target;
import org.statedict.checkpoint.UnsupportedValueException;
import org.statedict.checkpoint.spi.Payload;
import org.statedict.io.pickle.TensorPickler.StoredAs;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Value;

/// A planned .pt file of the kind that PyTorch wrote before 1.6 and still reads.
///
/// | part | content |
/// | --- | --- |
/// | pickle 1 | the magic number |
/// | pickle 2 | 1001, the protocol's version |
/// | pickle 3 | byte order and the sizes of C types |
/// | pickle 4 | the value |
/// | pickle 5 | the storages' keys, sorted as text |
/// | storages | in that order: the number of elements in 8 bytes, then the elements, little-endian |
final class LegacyPtWriter implements SavePlan {
  static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  static final int PROTOCOL_VERSION = 1001;

  private final String target;
  private final byte[] head;
  private final List<StoredAs> storages;
  private final List<Loss> lost;

  private LegacyPtWriter(String target, byte[] head, List<StoredAs> storages, List<Loss> lost) {
    this.target = target;
    this.head = head;
    this.storages = storages;
    this.lost = lost;
  }

  /// @throws UnsupportedValueException if PyTorch could not read the value back from such a file
  static LegacyPtWriter plan(Value value, String target, SaveOptions options) throws IOException {
    Compaction compaction = Compaction.of(options);
    Pickler pickler = new Pickler(target, ObjectPolicy.of(options), Container.STREAM, compaction);
    byte[] object = pickler.pickle(value);
    List<StoredAs> storages = pickler.storages();
    requireReadable(target, storages);
    List<String> keys =
        IntStream.range(0, storages.size()).mapToObj(Integer::toString).sorted().toList();
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    head.write(PickleStream.of(MAGIC));
    head.write(plain(Value.of(PROTOCOL_VERSION)));
    head.write(plain(systemInfo()));
    head.write(object);
    head.write(plain(Value.of(keys)));
    List<StoredAs> sorted = keys.stream().map(key -> storages.get(Integer.parseInt(key))).toList();
    return new LegacyPtWriter(target, head.toByteArray(), sorted, compaction.lost());
  }

  private static void requireReadable(String target, List<StoredAs> storages)
      throws UnsupportedValueException {
    for (StoredAs stored : storages) {
      if (!TorchNames.hasStorageClass(stored.dtype())) {
        throw new UnsupportedValueException(
            target,
            "PyTorch cannot read %s from a file of the kind before 1.6; write the zip kind"
                .formatted(stored.dtype()));
      }
    }
  }

  private static byte[] plain(Value value) throws UnsupportedValueException {
    return new Pickler("", ObjectPolicy.HARMLESS, Container.STREAM, Compaction.none())
        .pickle(value);
  }

  private static Value systemInfo() {
    return Dict.of(
        "protocol_version",
        PROTOCOL_VERSION,
        "little_endian",
        true,
        "type_sizes",
        Dict.of("short", 2, "int", 4, "long", 4));
  }

  @Override
  public List<PlannedFile> files() {
    long size = head.length;
    for (StoredAs stored : storages) {
      size += Long.BYTES + stored.storage().byteSize();
    }
    return List.of(new PlannedFile(target, size));
  }

  /// Every value has its form in a pickle, or is refused; only [Compaction] loses something.
  @Override
  public List<Loss> lost() {
    return lost;
  }

  @Override
  public void write(Target to, Progress progress) throws IOException {
    try (Target.Output output = to.create(files().getFirst())) {
      output.write(MemorySegment.ofArray(head));
      Payload payload = new Payload(output, progress);
      for (StoredAs stored : storages) {
        output.write(count(stored));
        payload.write(stored.storage());
      }
    }
  }

  private static MemorySegment count(StoredAs stored) {
    MemorySegment count = MemorySegment.ofArray(new byte[Long.BYTES]);
    count.set(
        ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0, stored.count());
    return count;
  }
}
