package org.statedict.io.safetensors;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Escapes;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.Limits;
import org.statedict.checkpoint.spi.Json;
import org.statedict.tensor.DType;
import org.statedict.tensor.Shape;

/// The header of a safetensors file: a JSON object of tensors by name, and text metadata.
///
/// @param tensors in the order of their data
/// @param metadata the text under `__metadata__`, empty without it
record Header(SequencedMap<String, Placed> tensors, SequencedMap<String, String> metadata) {
  static final String METADATA = "__metadata__";

  /// A tensor of the header; offsets count from the first byte of data.
  record Placed(String name, DType dtype, Shape shape, long begin, long end, Where where) {
    long byteSize() {
      return end - begin;
    }
  }

  /// Parses and checks a header against the length of the data behind it.
  ///
  /// @param where the file; offsets in messages count from its beginning
  static Header parse(byte[] json, long dataSize, Where where, Limits limits)
      throws CheckpointException {
    if (json.length == 0 || json[0] != '{') {
      throw new CheckpointException(
          where.entry("header").at(8), "does not begin with '{'; this is no safetensors file");
    }
    int depth = (int) Math.min(limits.get(Limit.JSON_DEPTH), 1000);
    Json in = Json.parse(json, where.entry("header").at(8), depth, Json.Strings.WELL_FORMED);
    in.enterObject("the header");
    List<Placed> tensors = new ArrayList<>();
    SequencedMap<String, String> metadata = new LinkedHashMap<>();
    for (String name = in.nextName(); name != null; name = in.nextName()) {
      if (name.equals(METADATA)) {
        readMetadata(in, metadata);
      } else {
        limits.check(Limit.TENSORS, tensors.size() + 1L, where);
        limits.check(Limit.NAME_BYTES, name.length(), in.place());
        tensors.add(readInfo(in, name, limits));
      }
    }
    in.end();
    requireTiling(tensors, dataSize, where);
    SequencedMap<String, Placed> byName = new LinkedHashMap<>();
    tensors.forEach(info -> byName.put(info.name, info));
    return new Header(byName, Collections.unmodifiableSequencedMap(metadata));
  }

  private static void readMetadata(Json in, SequencedMap<String, String> metadata)
      throws CheckpointException {
    if (in.isNull()) {
      return;
    }
    in.enterObject(METADATA);
    for (String key = in.nextName(); key != null; key = in.nextName()) {
      metadata.put(key, in.string("the metadata '" + Escapes.visible(key) + "'"));
    }
  }

  private static Placed readInfo(Json in, String name, Limits limits) throws CheckpointException {
    String tensor = "tensor '" + Escapes.visible(name) + "'";
    Where where = in.place();
    in.enterObject(tensor);
    DType dtype = null;
    long[] shape = null;
    long[] offsets = null;
    for (String member = in.nextName(); member != null; member = in.nextName()) {
      switch (member) {
        case "dtype" -> dtype = readDType(in, tensor);
        case "shape" -> shape = readNumbers(in, tensor + " shape", limits);
        case "data_offsets" -> offsets = readNumbers(in, tensor + " data_offsets", limits);
        default -> in.skip();
      }
    }
    return info(in, name, tensor, where, dtype, shape, offsets);
  }

  private static Placed info(
      Json in,
      String name,
      String tensor,
      Where where,
      @Nullable DType dtype,
      long @Nullable [] shape,
      long @Nullable [] offsets)
      throws CheckpointException {
    if (dtype == null || shape == null || offsets == null || offsets.length != 2) {
      throw in.fail(tensor + " lacks dtype, shape or two data_offsets");
    }
    requireCountable(shape, dtype, tensor, where);
    return new Placed(name, dtype, Shape.of(shape), offsets[0], offsets[1], where.entry(tensor));
  }

  private static DType readDType(Json in, String tensor) throws CheckpointException {
    String name = in.string(tensor + " dtype");
    return SafetensorsDTypes.named(name)
        .orElseThrow(
            () -> in.fail(tensor + " has the unknown dtype '" + Escapes.visible(name) + "'"));
  }

  private static long[] readNumbers(Json in, String what, Limits limits)
      throws CheckpointException {
    in.enterArray(what);
    List<Long> numbers = new ArrayList<>();
    while (in.nextItem()) {
      limits.check(Limit.RANK, numbers.size() + 1L, in.place());
      numbers.add(in.unsigned(what));
    }
    return numbers.stream().mapToLong(Long::longValue).toArray();
  }

  /// The reference multiplies the dimensions from left to right in 64 bits, a leading 0 hiding the
  /// rest; its verdict is kept.
  private static void requireCountable(long[] shape, DType dtype, String tensor, Where where)
      throws CheckpointException {
    long count = 1;
    boolean fits = true;
    for (long dim : shape) {
      fits &= Math.unsignedMultiplyHigh(count, dim) == 0;
      count *= dim;
    }
    fits &= Math.unsignedMultiplyHigh(count, dtype.bits()) == 0;
    if (!fits || (count * dtype.bits()) < 0) {
      throw new CheckpointException(
          where, tensor + " has more elements than 64 bits can count; the file is damaged");
    }
    if (count * dtype.bits() % 8 != 0) {
      throw new CheckpointException(
          where, "%s: %d elements of %s are no whole bytes".formatted(tensor, count, dtype));
    }
  }

  /// Sorted by offset, the tensors cover the data exactly once.
  private static void requireTiling(List<Placed> tensors, long dataSize, Where where)
      throws CheckpointException {
    tensors.sort(Comparator.comparingLong(Placed::begin).thenComparingLong(Placed::end));
    long next = 0;
    for (Placed info : tensors) {
      if (info.begin != next || info.end < info.begin) {
        throw new CheckpointException(
            info.where,
            "data_offsets [%d, %d], expected to begin at %d; the file is damaged"
                .formatted(info.begin, info.end, next));
      }
      requireSize(info);
      next = info.end;
    }
    if (next != dataSize) {
      throw new CheckpointException(
          where,
          next > dataSize
              ? "%d bytes of data are missing; the file is cut short, fetch it again"
                  .formatted(next - dataSize)
              : "%d bytes behind the last tensor; the file is damaged".formatted(dataSize - next));
    }
  }

  private static void requireSize(Placed info) throws CheckpointException {
    long needed = info.dtype.byteSize(info.shape.elementCount());
    if (info.byteSize() != needed) {
      throw new CheckpointException(
          info.where,
          "data_offsets [%d, %d] span %d bytes, %s %s needs %d; the file is damaged or cut short, fetch it again"
              .formatted(
                  info.begin,
                  info.end,
                  info.byteSize(),
                  SafetensorsDTypes.name(info.dtype),
                  info.shape,
                  needed));
    }
  }
}
