package org.statedict.io.pickle;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.statedict.checkpoint.Progress;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.SavePlan;
import org.statedict.checkpoint.Target;
import org.statedict.checkpoint.spi.ZipLayout;
import org.statedict.checkpoint.spi.ZipLayout.Entry;
import org.statedict.checkpoint.spi.ZipLayout.Member;
import org.statedict.checkpoint.spi.ZipWriter;
import org.statedict.io.pickle.TensorPickler.StoredAs;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Value;

/// A planned .pt file: the zip of `data.pkl`, the storages and PyTorch's own records.
final class PtWriter implements SavePlan {
  private static final int ALIGNMENT = 64;
  private static final int ID_LENGTH = 40;
  private static final int PIECE = 1 << 20;

  private final String target;
  private final byte[] pickle;
  private final List<Storage> storages;
  private final ZipLayout layout;
  private final List<Loss> lost;

  private PtWriter(
      String target, byte[] pickle, List<Storage> storages, ZipLayout layout, List<Loss> lost) {
    this.target = target;
    this.pickle = pickle;
    this.storages = storages;
    this.layout = layout;
    this.lost = lost;
  }

  static PtWriter plan(Value value, String target, SaveOptions options) throws IOException {
    Compaction compaction = Compaction.of(options);
    Pickler pickler = new Pickler(target, ObjectPolicy.of(options), Container.ZIP, compaction);
    byte[] pickle = pickler.pickle(value);
    List<Storage> storages = pickler.storages().stream().map(StoredAs::storage).toList();
    ZipLayout layout =
        ZipLayout.of(members(ArchiveName.of(target) + "/", pickle, storages), ALIGNMENT);
    return new PtWriter(target, pickle, storages, layout, compaction.lost());
  }

  private static List<Member> members(String folder, byte[] pickle, List<Storage> storages) {
    List<Member> members = new ArrayList<>();
    members.add(new Member(folder + "data.pkl", pickle.length));
    members.add(new Member(folder + ".format_version", 1));
    members.add(new Member(folder + ".storage_alignment", 2));
    members.add(new Member(folder + "byteorder", 6));
    for (int i = 0; i < storages.size(); i++) {
      members.add(new Member(folder + "data/" + i, storages.get(i).byteSize()));
    }
    members.add(new Member(folder + "version", 2));
    members.add(new Member(folder + ".data/serialization_id", ID_LENGTH));
    return members;
  }

  @Override
  public List<PlannedFile> files() {
    return List.of(new PlannedFile(target, layout.size()));
  }

  /// Every value has its form in a pickle, or is refused; only [Compaction] loses something.
  @Override
  public List<Loss> lost() {
    return lost;
  }

  @Override
  public void write(Target to, Progress progress) throws IOException {
    try (Target.Output output = to.create(files().getFirst())) {
      ZipWriter zip = new ZipWriter(layout, output);
      Checksums sums = new Checksums();
      for (byte[] head : List.of(pickle, ascii("1"), ascii("64"), ascii("little"))) {
        sums.add(member(zip, head));
      }
      for (Storage storage : storages) {
        sums.add(storage(zip, storage, progress), storage.byteSize() > 0);
      }
      sums.add(member(zip, ascii("3\n")));
      member(zip, ascii(SerializationId.of(namesWithoutId(), sums.of)));
      zip.finish();
    }
  }

  /// The checksums of the entries that are not empty.
  private static final class Checksums {
    final List<Integer> of = new ArrayList<>();

    void add(int crc) {
      add(crc, true);
    }

    void add(int crc, boolean counted) {
      if (counted) {
        of.add(crc);
      }
    }
  }

  private List<String> namesWithoutId() {
    List<Entry> entries = layout.entries();
    return entries.subList(0, entries.size() - 1).stream()
        .map(entry -> entry.name().substring(entry.name().indexOf('/') + 1))
        .toList();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static int member(ZipWriter zip, byte[] content) throws IOException {
    zip.begin();
    zip.write(content, content.length);
    return zip.end();
  }

  private static int storage(ZipWriter zip, Storage storage, Progress progress) throws IOException {
    zip.begin();
    byte[] piece = new byte[(int) Math.min(PIECE, storage.byteSize())];
    for (long at = 0; at < storage.byteSize(); at += piece.length) {
      int size = (int) Math.min(piece.length, storage.byteSize() - at);
      storage.copyTo(at, MemorySegment.ofArray(piece).asSlice(0, size));
      zip.write(piece, size);
      progress.advance(size);
    }
    return zip.end();
  }
}
