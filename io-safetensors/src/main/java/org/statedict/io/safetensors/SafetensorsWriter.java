package org.statedict.io.safetensors;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.statedict.checkpoint.Progress;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.SavePlan;
import org.statedict.checkpoint.Target;
import org.statedict.checkpoint.spi.Flat;
import org.statedict.checkpoint.spi.FlatTree;
import org.statedict.checkpoint.spi.JsonText;
import org.statedict.checkpoint.spi.Payload;
import org.statedict.tensor.Tensor;

/// A planned safetensors file, byte for byte as the reference writes it: the widest types first,
/// then by name in UTF-8 order, JSON without white space, spaces up to a multiple of 8.
final class SafetensorsWriter implements SavePlan {
  private static final int ALIGNMENT = 8;
  private static final String FORMAT = "format";

  private final String target;
  private final byte[] header;
  private final List<Tensor> tensors;
  private final List<Loss> lost;

  private SafetensorsWriter(String target, byte[] header, List<Tensor> tensors, List<Loss> lost) {
    this.target = target;
    this.header = header;
    this.tensors = tensors;
    this.lost = lost;
  }

  static SafetensorsWriter plan(Flat flat, String target, SaveOptions options) {
    List<Map.Entry<String, Tensor>> sorted = new ArrayList<>(flat.tensors().entrySet());
    sorted.sort(
        Comparator.comparingInt(
                (Map.Entry<String, Tensor> e) -> -SafetensorsDTypes.rank(e.getValue().dtype()))
            .thenComparing(
                e -> e.getKey().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned));
    byte[] header = header(sorted, metadata(flat, options));
    return new SafetensorsWriter(
        target, header, sorted.stream().map(Map.Entry::getValue).toList(), flat.lost());
  }

  /// Loaders of models want to be told that the tensors are PyTorch's as soon as there is metadata.
  private static SequencedMap<String, String> metadata(Flat flat, SaveOptions options) {
    SequencedMap<String, String> all = new LinkedHashMap<>(options.metadata());
    flat.tree().ifPresent(tree -> all.put(FlatTree.KEY, tree));
    if (!all.isEmpty() && !all.containsKey(FORMAT)) {
      all.putFirst(FORMAT, "pt");
    }
    return all;
  }

  private static byte[] header(
      List<Map.Entry<String, Tensor>> tensors, SequencedMap<String, String> metadata) {
    StringBuilder json = new StringBuilder("{");
    if (!metadata.isEmpty()) {
      JsonText.quote(json, Header.METADATA);
      json.append(":{");
      metadata.forEach((key, value) -> member(json, key, value));
      json.setCharAt(json.length() - 1, '}');
      json.append(',');
    }
    long at = 0;
    for (Map.Entry<String, Tensor> entry : tensors) {
      Tensor tensor = entry.getValue();
      JsonText.quote(json, entry.getKey());
      json.append(":{\"dtype\":\"").append(SafetensorsDTypes.name(tensor.dtype()));
      json.append("\",\"shape\":").append(tensor.shape().toString().replace(" ", ""));
      json.append(",\"data_offsets\":[").append(at).append(',');
      at += tensor.byteSize();
      json.append(at).append("]},");
    }
    if (json.length() > 1) {
      json.setLength(json.length() - 1);
    }
    byte[] text = json.append('}').toString().getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(text, Math.ceilDiv(text.length, ALIGNMENT) * ALIGNMENT);
    Arrays.fill(padded, text.length, padded.length, (byte) ' ');
    return padded;
  }

  private static void member(StringBuilder json, String key, String value) {
    JsonText.quote(json, key);
    json.append(':');
    JsonText.quote(json, value);
    json.append(',');
  }

  @Override
  public List<PlannedFile> files() {
    long data = tensors.stream().mapToLong(Tensor::byteSize).sum();
    return List.of(new PlannedFile(target, Long.BYTES + header.length + data));
  }

  @Override
  public List<Loss> lost() {
    return lost;
  }

  @Override
  public void write(Target to, Progress progress) throws IOException {
    try (Target.Output output = to.create(files().getFirst())) {
      MemorySegment length = MemorySegment.ofArray(new byte[Long.BYTES]);
      length.set(
          ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0, header.length);
      output.write(length);
      output.write(MemorySegment.ofArray(header));
      Payload payload = new Payload(output, progress);
      for (Tensor tensor : tensors) {
        payload.write(tensor);
      }
    }
  }
}
