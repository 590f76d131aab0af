package org.statedict.io.hdf5;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.Escapes;
import org.statedict.checkpoint.spi.SwappingFiller;
import org.statedict.io.hdf5.ElementType.Numbers;
import org.statedict.io.hdf5.ElementType.Text;
import org.statedict.tensor.Device;
import org.statedict.tensor.Shape;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Storage.Filler;
import org.statedict.tensor.Tensor;

/// Reads the attributes of an object as text: strings as they are, lists and numbers as Java prints
/// them.
final class AttributeReader {
  private static final int ATTRIBUTE_RECORD = 8;

  private final Hdf5Bytes file;
  private final Texts texts;
  private final Consumer<String> warnings;

  AttributeReader(Hdf5Bytes file, Texts texts, Consumer<String> warnings) {
    this.file = file;
    this.texts = texts;
    this.warnings = warnings;
  }

  /// The attributes by name; what cannot be read is warned of.
  ///
  /// @param path of the object, for warnings
  SequencedMap<String, String> read(ObjectHeader header, String path) throws IOException {
    SequencedMap<String, String> attributes = new LinkedHashMap<>();
    for (ObjectHeader.Message message : header.all(ObjectHeader.ATTRIBUTE)) {
      add(message.body(), attributes, path);
    }
    if (header.first(ObjectHeader.ATTRIBUTE_INFO).isPresent()) {
      dense(header.first(ObjectHeader.ATTRIBUTE_INFO).get().body(), attributes, path);
    }
    return attributes;
  }

  private void dense(Fields info, SequencedMap<String, String> attributes, String path)
      throws IOException {
    info.version(0);
    info.skip((info.u1() & 1) == 0 ? 0 : 2);
    for (Fields attribute : FractalHeap.objects(file, info, ATTRIBUTE_RECORD, 0)) {
      add(attribute, attributes, path);
    }
  }

  private void add(Fields in, SequencedMap<String, String> attributes, String path)
      throws IOException {
    try {
      attribute(in, attributes);
    } catch (CheckpointException e) {
      warnings.accept(
          "an attribute of '%s' was left out: %s".formatted(Escapes.visible(path), e.problem()));
    }
  }

  private void attribute(Fields in, SequencedMap<String, String> attributes) throws IOException {
    int version = in.u1();
    int flags = in.u1();
    int nameSize = in.u2();
    int typeSize = in.u2();
    int spaceSize = in.u2();
    in.skip(version == 3 ? 1 : 0);
    int round = version == 1 ? 7 : 0;
    String name = in.part((nameSize + round) & ~round).utf8UntilNul();
    if ((flags & 3) != 0) {
      throw in.fail("'%s' has a named type, which is not read".formatted(Escapes.visible(name)));
    }
    ElementType type = TypeReader.read(in.part((typeSize + round) & ~round));
    Dataspace space = Dataspace.read(in.part((spaceSize + round) & ~round));
    if (space.shape().isPresent()) {
      attributes.put(name, text(in, type, space.shape().get()));
    }
  }

  private String text(Fields in, ElementType type, Shape shape) throws IOException {
    if (shape.elementCount() > in.remaining()) {
      throw in.fail("%d elements, that many are not there".formatted(shape.elementCount()));
    }
    return switch (type) {
      case Text text -> {
        List<String> all = texts.of(in, text, shape.elementCount());
        yield shape.rank() == 0 ? all.getFirst() : all.toString();
      }
      case Numbers numbers -> numbers(in, numbers, shape);
      case ElementType.Bytes _ -> throw in.fail("bytes without a meaning");
      case ElementType.Other other -> throw in.fail("a value of " + other.what());
    };
  }

  private static String numbers(Fields in, Numbers type, Shape shape) throws CheckpointException {
    byte[] bytes = in.bytes(type.dtype().byteSize(shape.elementCount()));
    Filler stored = Storage.of(bytes)::copyTo;
    Filler elements = type.bigEndian() ? new SwappingFiller(stored, type.dtype()) : stored;
    String all =
        printed(
            Tensor.over(
                Storage.deferred(bytes.length, Device.CPU, elements),
                type.dtype(),
                Shape.of(shape.elementCount())));
    return shape.rank() == 0 && all.startsWith("[") ? all.substring(1, all.length() - 1) : all;
  }

  private static String printed(Tensor flat) {
    if (flat.dtype().isComplex()) {
      return flat.toString();
    }
    return flat.dtype().isFloatingPoint()
        ? Arrays.toString(flat.toDoubleArray())
        : Arrays.toString(flat.toLongArray());
  }
}
