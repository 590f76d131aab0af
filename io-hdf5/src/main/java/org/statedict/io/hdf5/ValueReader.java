package org.statedict.io.hdf5;

import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.Escapes;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.spi.GroupPath;
import org.statedict.checkpoint.spi.StorageTable;
import org.statedict.io.hdf5.GroupReader.Link;
import org.statedict.io.hdf5.GroupReader.Target;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

/// Walks the groups of a file: a group is a dictionary, a dataset a tensor, an attribute metadata.
/// An object with several names is read once and shared.
final class ValueReader {
  private static final int HOPS = 16;

  private final Hdf5Bytes file;
  private final GroupReader groups;
  private final DatasetReader datasets;
  private final AttributeReader attributes;
  private final Map<Long, Value> known = new HashMap<>();
  private final Set<Long> open = new HashSet<>();
  private final SequencedMap<String, String> metadata = new LinkedHashMap<>();
  private final SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
  private final List<String> warnings = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();
  private final KerasOrder order = new KerasOrder();
  private long root;
  private boolean escaped;

  ValueReader(Hdf5Bytes file, StorageTable table) {
    Texts texts = new Texts(new GlobalHeap(file));
    this.file = file;
    this.groups = new GroupReader(file);
    this.datasets = new DatasetReader(file, table, texts);
    this.attributes = new AttributeReader(file, texts, warnings::add);
  }

  SequencedMap<String, String> metadata() {
    return metadata;
  }

  /// The datasets of numbers by their paths.
  SequencedMap<String, Tensor> tensors() {
    return tensors;
  }

  /// The order that lists of Keras ask for.
  KerasOrder order() {
    return order;
  }

  List<String> warnings() {
    return warnings;
  }

  /// The attributes of the root group alone.
  Map<String, String> rootAttributes(long rootAddress) throws IOException {
    return attributes.read(ObjectHeader.read(file, rootAddress), "");
  }

  /// The value of the root group.
  Value read(long rootAddress) throws IOException {
    root = rootAddress;
    Optional<Value> value = object(rootAddress, "", 0);
    for (Map.Entry<String, Tensor> tensor : tensors.entrySet()) {
      requireUsual(tensor.getKey(), tensor.getValue());
    }
    order.requireWeights(this::isKnown, file.where());
    return value.orElseThrow(
        () -> new CheckpointException(file.where(), "the root is a type, not a group"));
  }

  /// Whether a path names a dataset, or something that a warning says was left out.
  private boolean isKnown(String path) {
    return tensors.containsKey("/" + path) || leftOut.stream().anyMatch(path::startsWith);
  }

  /// Limits hold for the file; a dataset beyond them is not merely one that cannot be read.
  private void requireUsual(String path, Tensor tensor) throws CheckpointException {
    int name = path.length() - path.lastIndexOf('/') - 1;
    file.limits().check(Limit.NAME_BYTES, name, file.where());
    file.limits().check(Limit.RANK, tensor.shape().rank(), file.where());
  }

  /// The value of an object; empty for a named type, which is none.
  private Optional<Value> object(long address, String path, int depth) throws IOException {
    Value before = known.get(address);
    if (before != null) {
      return Optional.of(before);
    }
    file.limits().check(Limit.VALUE_DEPTH, depth, file.where());
    file.limits().check(Limit.HDF5_OBJECTS, known.size() + 1L, file.where());
    ObjectHeader header = ObjectHeader.read(file, address);
    boolean dataset = header.has(ObjectHeader.LAYOUT) || header.has(ObjectHeader.DATASPACE);
    if (header.has(ObjectHeader.DATATYPE) && !header.has(ObjectHeader.DATASPACE)) {
      return Optional.empty();
    }
    SequencedMap<String, String> described = attributes.read(header, path);
    order(header, described, path);
    escaped |= depth == 0 && OwnAttributes.areIn(described);
    open.add(address);
    Value value = dataset ? datasets.read(header, described, path) : group(header, path, depth);
    open.remove(address);
    describe(value, described, path);
    known.put(address, value);
    return Optional.of(value);
  }

  /// Notes the order that Keras wants.
  private void order(ObjectHeader header, Map<String, String> described, String path)
      throws IOException {
    for (String list : KerasOrder.ATTRIBUTES) {
      if (described.containsKey(list) || described.containsKey(list + "0")) {
        List<String> names = attributes.list(header, list);
        if (path.isEmpty() || !list.equals(KerasOrder.WEIGHTS)) {
          order.add(path, names);
        } else {
          order.addWeights(path, names);
        }
      }
    }
  }

  /// Keeps the attributes as metadata, but for the one that says of which type a tensor is.
  private void describe(Value value, SequencedMap<String, String> described, String path) {
    if (value instanceof Tensor tensor && StoredTypes.isNamed(tensor.dtype())) {
      described.remove(StoredTypes.ATTRIBUTE);
    }
    described.forEach(
        (name, text) -> metadata.put(path.isEmpty() ? name : path + "@" + name, text));
  }

  private Value group(ObjectHeader header, String path, int depth) throws IOException {
    if (!GroupReader.isGroup(header) && !header.messages().isEmpty()) {
      throw new CheckpointException(
          file.where().entry("'" + Escapes.visible(path) + "'"), "neither a group nor a dataset");
    }
    Dict.Builder dict = Dict.builder();
    for (Link link : sorted(groups.links(header))) {
      String name = path.isEmpty() ? link.name() : path + "/" + link.name();
      Optional<Long> address = resolve(link.target(), header.address(), name);
      Optional<Value> value = Optional.empty();
      if (address.isPresent()) {
        value = child(address.get(), name, depth);
      }
      if (value.isPresent()) {
        put(dict, link.name(), value.get(), name);
      } else {
        leftOut.add(name);
      }
    }
    return dict.build();
  }

  private void put(Dict.Builder dict, String name, Value value, String path)
      throws CheckpointException {
    Scalar.Text key = new Scalar.Text(escaped ? GroupPath.unescape(name) : name);
    if (dict.contains(key)) {
      throw new CheckpointException(
          file.where().entry("'" + Escapes.visible(path) + "'"), "another member has this name");
    }
    dict.put(key, value);
    if (value instanceof Tensor tensor) {
      tensors.put("/" + path, tensor);
    }
  }

  /// Numbered members without an order of creation are meant as a list.
  private static List<Link> sorted(List<Link> links) {
    boolean numbered =
        links.stream().allMatch(l -> l.order() < 0 && l.name().matches("[0-9]{1,18}"));
    return numbered
        ? links.stream().sorted(Comparator.comparing((Link l) -> new BigInteger(l.name()))).toList()
        : links;
  }

  private Optional<Value> child(long address, String path, int depth) throws IOException {
    try {
      return object(address, path, depth + 1);
    } catch (CheckpointException e) {
      open.remove(address);
      Value broken = datasets.unreadable(e);
      known.put(address, broken);
      return Optional.of(broken);
    }
  }

  /// The object behind a link; empty, and warned of, if there is none in this file.
  private Optional<Long> resolve(Target target, long group, String path) throws IOException {
    Optional<Long> found = resolve(target, group, new Hops());
    String shown = Escapes.visible(path);
    switch (target) {
      case Target.External external ->
          warnings.add(
              "'%s' links to %s, which is never opened; it was left out"
                  .formatted(shown, Escapes.visible(external.description())));
      case Target.Soft soft -> {
        if (found.isEmpty()) {
          warnings.add(
              "'%s' links to '%s', which is not there; it was left out"
                  .formatted(shown, Escapes.visible(soft.path())));
        }
      }
      case Target.Hard _ -> {}
    }
    if (found.isPresent() && open.contains(found.get())) {
      warnings.add("'%s' links to a group that it is in; it was left out".formatted(shown));
      return Optional.empty();
    }
    return found;
  }

  private static final class Hops {
    private int left = HOPS;
  }

  private Optional<Long> resolve(Target target, long group, Hops hops) throws IOException {
    return switch (target) {
      case Target.Hard hard -> Optional.of(hard.address());
      case Target.External _ -> Optional.empty();
      case Target.Soft soft -> --hops.left < 0 ? Optional.empty() : follow(soft, group, hops);
    };
  }

  private Optional<Long> follow(Target.Soft soft, long group, Hops hops) throws IOException {
    Optional<Long> at = Optional.of(soft.path().startsWith("/") ? root : group);
    for (String part : soft.path().split("/", -1)) {
      if (part.isEmpty() || part.equals(".")) {
        continue;
      }
      ObjectHeader header = ObjectHeader.read(file, at.get());
      Optional<Link> link =
          groups.links(header).stream().filter(l -> l.name().equals(part)).findFirst();
      at = link.isEmpty() ? Optional.empty() : resolve(link.get().target(), at.get(), hops);
      if (at.isEmpty()) {
        return at;
      }
    }
    return at;
  }
}
