package org.statedict.io.safetensors;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.Recognition;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.SavePlan;
import org.statedict.checkpoint.Source;
import org.statedict.checkpoint.spi.Flat;
import org.statedict.checkpoint.spi.FlatFormat;
import org.statedict.checkpoint.spi.FlatHost;
import org.statedict.checkpoint.spi.StorageTable;
import org.statedict.tensor.Device;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Tensor;

/// `.safetensors` files.
///
/// | bytes | content |
/// | --- | --- |
/// | 8 | `N`, the length of the header, little-endian |
/// | `N` | a JSON object: each tensor's dtype, shape and `data_offsets`; text under `__metadata__` |
/// | rest | the tensors, little-endian, row-major, back to back without a gap |
///
/// Specification: [the safetensors project](https://github.com/huggingface/safetensors). Refused
/// are headers over 100,000,000 bytes, duplicate names, gaps, overlaps and bytes behind the last
/// tensor.
public final class SafetensorsFormat extends FlatFormat {
  private static final int LENGTH = 8;
  private static final FlatHost HOST =
      new FlatHost(SafetensorsDTypes.all(), SafetensorsFormat::canName, false);

  @Override
  public String name() {
    return "safetensors";
  }

  @Override
  public List<String> endings() {
    return List.of(".safetensors");
  }

  @Override
  public boolean canWrite() {
    return true;
  }

  /// Every string but the one that is taken and those that are not well-formed.
  private static boolean canName(String name) {
    return !name.equals(Header.METADATA) && FlatHost.isUnicode(name);
  }

  /// There is no magic number. A plausible length before a brace is a mark; a brace behind any
  /// length, or a length that fits the file, may be one that was damaged.
  @Override
  public Recognition recognises(Source source) throws IOException {
    byte[] start = source.bytes(0, LENGTH + 1);
    if (start.length <= LENGTH) {
      return Recognition.NO;
    }
    long length = readLength(start);
    boolean plausible =
        length >= 2 && length <= Limit.HEADER_BYTES.byDefault() && length <= source.size() - LENGTH;
    if (start[LENGTH] == '{') {
      return plausible ? Recognition.YES : Recognition.MAYBE;
    }
    return plausible ? Recognition.MAYBE : Recognition.NO;
  }

  private static long readLength(byte[] start) {
    long length = 0;
    for (int i = LENGTH - 1; i >= 0; i--) {
      length = (length << 8) | (start[i] & 0xFF);
    }
    return length;
  }

  @Override
  protected Contents read(Source source, LoadOptions options) throws IOException {
    Where where = Where.in(source.name());
    byte[] start = source.bytes(0, LENGTH);
    if (start.length < LENGTH) {
      throw new CheckpointException(
          where, "%d bytes, a safetensors file has at least 10".formatted(start.length));
    }
    long length = readLength(start);
    options.limits().check(Limit.HEADER_BYTES, length, where.entry("header length").at(0));
    if (length > source.size() - LENGTH) {
      throw new CheckpointException(
          where.entry("header length").at(0),
          "a header of %d bytes, %d follow; the file is cut short, fetch it again"
              .formatted(length, source.size() - LENGTH));
    }
    long dataStart = LENGTH + length;
    Header header =
        Header.parse(
            source.bytes(LENGTH, (int) length), source.size() - dataStart, where, options.limits());
    return contents(source, dataStart, header, options);
  }

  private static Contents contents(
      Source source, long dataStart, Header header, LoadOptions options) throws IOException {
    StorageTable table = new StorageTable(options);
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (Header.Placed info : header.tensors().values()) {
      Storage storage = table.stored(source, dataStart + info.begin(), info.byteSize(), Device.CPU);
      tensors.put(info.name(), Tensor.over(storage, info.dtype(), info.shape()));
    }
    return new Contents(tensors, header.metadata(), table, List.of());
  }

  @Override
  protected FlatHost host() {
    return HOST;
  }

  @Override
  protected SavePlan layOut(Flat flat, String target, SaveOptions options) {
    return SafetensorsWriter.plan(flat, target, options);
  }
}
