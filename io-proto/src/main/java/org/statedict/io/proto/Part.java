package org.statedict.io.proto;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.statedict.checkpoint.Progress;
import org.statedict.checkpoint.Source;
import org.statedict.checkpoint.Target;
import org.statedict.checkpoint.spi.Payload;
import org.statedict.tensor.Tensor;

/// A part of a model that is to be written, whose size is known before.
sealed interface Part {
  /// In bytes.
  long size();

  void write(Sink sink) throws IOException;

  /// Where parts go.
  ///
  /// @param template where [Copied] parts come from
  record Sink(Target.Output output, Payload payload, @Nullable Source template) {
    Sink(Target.Output output, Progress progress, @Nullable Source template) {
      this(output, new Payload(output, progress), template);
    }

    void write(byte[] bytes) throws IOException {
      output.write(MemorySegment.ofArray(bytes));
    }
  }

  /// Fields that protobuf has written.
  record Fields(ByteString bytes) implements Part {
    @Override
    public long size() {
      return bytes.size();
    }

    @Override
    public void write(Sink sink) throws IOException {
      sink.write(bytes.toByteArray());
    }
  }

  /// Fields as they stand in another model.
  record Copied(Range range) implements Part {
    @Override
    public long size() {
      return range.size();
    }

    @Override
    public void write(Sink sink) throws IOException {
      Source template = Objects.requireNonNull(sink.template);
      sink.payload.write(size(), (at, dst) -> template.read(range.from() + at, dst));
    }
  }

  /// A tensor's data, as a field of bytes; no field if there are none.
  record Data(int field, Tensor tensor) implements Part {
    @Override
    public long size() {
      long size = tensor.byteSize();
      return size == 0 ? 0 : head(field, size).length + size;
    }

    @Override
    public void write(Sink sink) throws IOException {
      if (tensor.byteSize() > 0) {
        sink.write(head(field, tensor.byteSize()));
        sink.payload.write(tensor);
      }
    }
  }

  /// A message inside of another.
  record Message(int field, List<Part> parts) implements Part {
    private long contentSize() {
      return parts.stream().mapToLong(Part::size).sum();
    }

    @Override
    public long size() {
      long content = contentSize();
      return head(field, content).length + content;
    }

    @Override
    public void write(Sink sink) throws IOException {
      sink.write(head(field, contentSize()));
      for (Part part : parts) {
        part.write(sink);
      }
    }
  }

  /// The tag of a field of bytes, and their number.
  private static byte[] head(int field, long size) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      CodedOutputStream coded = CodedOutputStream.newInstance(bytes);
      coded.writeTag(field, WireReader.BYTES);
      coded.writeUInt64NoTag(size);
      coded.flush();
    } catch (IOException e) {
      throw new IllegalStateException("an array takes everything", e);
    }
    return bytes.toByteArray();
  }
}
