package org.statedict.io.hdf5;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    for (Fields in : bodies(header)) {
      try {
        Attribute attribute = attribute(in);
        if (attribute.space.shape().isPresent()) {
          attributes.put(attribute.name, text(attribute, attribute.space.shape().get()));
        }
      } catch (CheckpointException e) {
        warnings.accept(
            "an attribute of '%s' was left out: %s".formatted(Escapes.visible(path), e.problem()));
      }
    }
    return attributes;
  }

  /// The texts of a list in the attribute `name`, or in parts of it called `name0`, `name1`, ...;
  /// none if it is not there or no list of text.
  List<String> list(ObjectHeader header, String name) throws IOException {
    Map<String, List<String>> parts = new HashMap<>();
    for (Fields in : bodies(header)) {
      Attribute attribute = attribute(in);
      Optional<Shape> shape = attribute.space.shape();
      boolean wanted = attribute.name.startsWith(name) && shape.isPresent();
      if (wanted && attribute.type instanceof Text text && shape.get().rank() == 1) {
        requireThere(attribute.value, shape.get());
        parts.put(attribute.name, texts.of(attribute.value, text, shape.get().elementCount()));
      }
    }
    List<String> all = new ArrayList<>(parts.getOrDefault(name, List.of()));
    for (int i = 0; all.isEmpty() && parts.containsKey(name + i); i++) {
      all.addAll(parts.getOrDefault(name + i, List.of()));
    }
    return all;
  }

  private List<Fields> bodies(ObjectHeader header) throws IOException {
    List<Fields> bodies = new ArrayList<>();
    header.all(ObjectHeader.ATTRIBUTE).forEach(message -> bodies.add(message.body()));
    if (header.first(ObjectHeader.ATTRIBUTE_INFO).isPresent()) {
      Fields info = header.first(ObjectHeader.ATTRIBUTE_INFO).get().body();
      info.version(0);
      info.skip((info.u1() & 1) == 0 ? 0 : 2);
      bodies.addAll(FractalHeap.objects(file, info, ATTRIBUTE_RECORD, 0));
    }
    return bodies;
  }

  /// An attribute whose value was not read yet.
  private record Attribute(String name, ElementType type, Dataspace space, Fields value) {}

  private static Attribute attribute(Fields in) throws IOException {
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
    return new Attribute(name, type, space, in);
  }

  private static void requireThere(Fields in, Shape shape) throws CheckpointException {
    if (shape.elementCount() > in.remaining()) {
      throw in.fail("%d elements, that many are not there".formatted(shape.elementCount()));
    }
  }

  private String text(Attribute attribute, Shape shape) throws IOException {
    Fields in = attribute.value;
    requireThere(in, shape);
    return switch (attribute.type) {
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
