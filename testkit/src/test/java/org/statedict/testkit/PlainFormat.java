package org.statedict.testkit;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.CheckpointFormat;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.Progress;
import org.statedict.checkpoint.Recognition;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.SavePlan;
import org.statedict.checkpoint.Source;
import org.statedict.checkpoint.Target;
import org.statedict.checkpoint.UnsupportedValueException;
import org.statedict.checkpoint.spi.LeafNames;
import org.statedict.checkpoint.spi.LentCheckpoint;
import org.statedict.checkpoint.spi.StorageTable;
import org.statedict.tensor.DType;
import org.statedict.tensor.Device;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Shape;
import org.statedict.tensor.StateDict;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.TensorBytes;
import org.statedict.tensor.Value;

/// A format as small as one can be: a line for each tensor, an empty line, the bytes, and a CRC-32
/// of the header. It shows that the contract can be met, and its flaws that the contract notices.
///
/// | bytes | meaning |
/// | --- | --- |
/// | 6 | `PLAIN\n` |
/// | 8 hex digits, `\n` | length of the header |
/// | 8 hex digits, `\n` | CRC-32 of the header |
/// | header | per tensor: name in hex, dtype, dimensions, each after a space; `\n` |
/// | data | the tensors in their order |
class PlainFormat implements CheckpointFormat {
  private static final int START = 24;
  private static final int PIECE = 1 << 20;

  @Override
  public String name() {
    return "plain";
  }

  @Override
  public List<String> endings() {
    return List.of(".plain");
  }

  @Override
  public boolean canWrite() {
    return true;
  }

  @Override
  public Recognition recognises(Source source) throws IOException {
    return text(source.bytes(0, 6)).equals("PLAIN\n") ? Recognition.YES : Recognition.NO;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  @Override
  public Checkpoint open(Source source, LoadOptions options) throws IOException {
    Where where = Where.in(source.name());
    if (recognises(source) != Recognition.YES || source.size() < START) {
      throw new CheckpointException(where, "does not begin as a file of this format does");
    }
    long length = hex(source, 6);
    if (length > source.size() - START) {
      throw new CheckpointException(where.at(6), "header of %d bytes is cut".formatted(length));
    }
    byte[] header = source.bytes(START, (int) length);
    if (crc(header) != hex(source, 15)) {
      throw new CheckpointException(where.at(15), "checksum of the header differs; fetch it again");
    }
    return read(source, options, text(header));
  }

  private static long hex(Source source, long at) throws IOException {
    String digits = text(source.bytes(at, 9));
    if (!digits.matches("[0-9a-f]{8}\n")) {
      throw new CheckpointException(Where.in(source.name()).at(at), "found no 8 hex digits");
    }
    return Long.parseLong(digits.strip(), 16);
  }

  private static long crc(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return crc.getValue();
  }

  private Checkpoint read(Source source, LoadOptions options, String header) throws IOException {
    Where where = Where.in(source.name());
    StorageTable storages = new StorageTable(options);
    Dict.Builder dict = Dict.builder();
    long at = (long) START + header.length();
    List<String> lines = header.lines().toList();
    options.limits().check(Limit.TENSORS, lines.size(), where);
    for (String line : lines) {
      String[] words = line.split(" ", -1);
      String name = name(words[0]);
      options.limits().check(Limit.NAME_BYTES, name.length(), where);
      options.limits().check(Limit.RANK, words.length - 2, where);
      DType dtype = DType.named(words[1]).orElseThrow();
      Shape shape = shape(words);
      long size = dtype.byteSize(shape.elementCount());
      if (size > source.size() - at) {
        throw new CheckpointException(where.at(at), "cut short: %d bytes needed".formatted(size));
      }
      Storage storage = storage(storages, source, at, size);
      dict.put(name, Tensor.over(storage, dtype, shape));
      at += size;
    }
    if (at != source.size()) {
      throw new CheckpointException(where.at(at), "bytes behind the last tensor");
    }
    Value tree = dict.build();
    return new LentCheckpoint(
        new LentCheckpoint.Content(
            name(),
            "",
            tree,
            LeafNames.of(tree, options.limits(), where),
            storages,
            Map.of(),
            List.of()),
        List.of(source));
  }

  /// Lends a tensor's bytes.
  Storage storage(StorageTable storages, Source source, long at, long size) throws IOException {
    return storages.stored(source, at, size, Device.CPU);
  }

  private static String name(String hex) {
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < hex.length(); i += 4) {
      name.append((char) Integer.parseInt(hex.substring(i, i + 4), 16));
    }
    return name.toString();
  }

  private static Shape shape(String[] words) {
    long[] dims = new long[words.length - 2];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = Long.parseLong(words[i + 2]);
    }
    return Shape.of(dims);
  }

  @Override
  public SavePlan plan(Value value, String target, SaveOptions options) throws IOException {
    StateDict tensors = flat(value, target);
    StringBuilder header = new StringBuilder();
    tensors.tensors().forEach((name, tensor) -> header.append(line(name, tensor)));
    long data = tensors.tensors().values().stream().mapToLong(Tensor::byteSize).sum();
    String start =
        "PLAIN\n%08x\n%08x\n%s"
            .formatted(
                header.length(),
                crc(header.toString().getBytes(StandardCharsets.ISO_8859_1)),
                header);
    List<SavePlan.Loss> lost = new ArrayList<>();
    lost.add(new SavePlan.Loss("kinds, traits, metadata, sharing", true));
    return new Plan(
        List.of(new SavePlan.PlannedFile(target, start.length() + data)), lost, start, tensors);
  }

  private static StateDict flat(Value value, String target) throws IOException {
    try {
      StateDict flat = value.asStateDict();
      if (flat.extra().size() == 0) {
        return flat;
      }
    } catch (ClassCastException e) {
      UnsupportedValueException refused =
          new UnsupportedValueException(target, "holds named tensors alone");
      refused.initCause(e);
      throw refused;
    }
    throw new UnsupportedValueException(target, "holds named tensors alone");
  }

  private static String line(String name, Tensor tensor) {
    StringBuilder line = new StringBuilder();
    name.chars().forEach(c -> line.append("%04x".formatted(c)));
    line.append(' ').append(tensor.dtype());
    tensor.shape().toList().forEach(dim -> line.append(' ').append(dim));
    return line.append('\n').toString();
  }

  private record Plan(List<PlannedFile> files, List<Loss> lost, String start, StateDict tensors)
      implements SavePlan {
    @Override
    public void write(Target target, Progress progress) throws IOException {
      try (Target.Output output = target.create(files.getFirst())) {
        output.write(MemorySegment.ofArray(start.getBytes(StandardCharsets.ISO_8859_1)));
        for (Tensor tensor : tensors.tensors().values()) {
          TensorBytes bytes = TensorBytes.of(tensor);
          for (long at = 0; at < bytes.byteSize(); at += PIECE) {
            byte[] piece = new byte[(int) Math.min(PIECE, bytes.byteSize() - at)];
            bytes.copyTo(at, MemorySegment.ofArray(piece));
            output.write(MemorySegment.ofArray(piece));
            progress.advance(piece.length);
          }
        }
      }
    }
  }
}
