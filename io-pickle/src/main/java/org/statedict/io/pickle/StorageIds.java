package org.statedict.io.pickle;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Escapes;
import org.statedict.io.pickle.PyObject.PyGlobal;
import org.statedict.io.pickle.PyObject.PyPersistent;
import org.statedict.io.pickle.PyObject.PyScalar;
import org.statedict.io.pickle.PyObject.PySeq;
import org.statedict.io.pickle.Storages.Declared;
import org.statedict.io.pickle.Storages.Part;
import org.statedict.tensor.DType;
import org.statedict.tensor.Device;
import org.statedict.tensor.Scalar;

/// Reads the persistent ids by which PyTorch's pickles name their storages: `("storage", class,
/// key, device, number of elements)`, and in the stream of before 1.6 a sixth item, None or the
/// part of the storage that is meant: `(key, first element, number of elements)`.
final class StorageIds {
  private static final int ITEMS = 5;

  private StorageIds() {}

  /// @param where the id, for messages
  /// @throws CheckpointException if it is anything else
  static Declared parse(PyObject node, Where where) throws CheckpointException {
    if (!(node instanceof PyPersistent persistent)
        || !(persistent.id() instanceof PySeq id)
        || id.items.size() < ITEMS
        || id.items.size() > ITEMS + 1
        || !text(id.items.get(0), where).equals("storage")
        || !(id.items.get(1) instanceof PyGlobal type)) {
      throw new CheckpointException(
          where,
          "a persistent id that is no storage, the only thing that PyTorch stores beside a pickle");
    }
    Device device = new Device(text(id.items.get(3), where));
    long count = integer(id.items.get(4), where);
    Part part = id.items.size() == ITEMS ? null : part(id.items.get(ITEMS), count, where);
    String key = text(id.items.get(2), where);
    return sized(new Declared(key, type(type, where), device, count, part, where));
  }

  private static @Nullable Part part(PyObject node, long count, Where where)
      throws CheckpointException {
    if (node instanceof PyScalar scalar && scalar.value() instanceof Scalar.Nil) {
      return null;
    }
    if (!(node instanceof PySeq view) || view.items.size() != 3) {
      throw new CheckpointException(where, "a view of a storage that is neither None nor a triple");
    }
    return part(view.items, count, where);
  }

  /// @param items a key, the first element and the number of elements
  /// @param count the number of elements of the storage that is viewed
  /// @throws CheckpointException if they do not lie in it
  static Part part(List<PyObject> items, long count, Where where) throws CheckpointException {
    Part part = new Part(integer(items.get(1), where), integer(items.get(2), where));
    if (part.from() < 0 || part.count() < 0 || part.count() > count - part.from()) {
      throw new CheckpointException(
          where,
          "a view of %d elements from %d on in a storage of %d; the file is damaged or hostile"
              .formatted(part.count(), part.from(), count));
    }
    return part;
  }

  /// A declaration of a size that is possible.
  static Declared sized(Declared declared) throws CheckpointException {
    boolean possible = declared.count() >= 0;
    try {
      possible &= declared.byteSize() >= 0;
    } catch (ArithmeticException e) {
      possible = false;
    }
    if (!possible) {
      throw new CheckpointException(
          declared.where(),
          "a storage of %d elements; the file is damaged or hostile".formatted(declared.count()));
    }
    return declared;
  }

  static @Nullable DType type(PyGlobal type, Where where) throws CheckpointException {
    if (type.qualifiedName().equals("torch.storage.UntypedStorage")) {
      return null;
    }
    Optional<DType> dtype = TorchNames.ofStorageClass(type.name());
    boolean known = type.module().equals("torch") || type.module().equals("torch.cuda");
    if (dtype.isEmpty() || !known) {
      throw new CheckpointException(
          where,
          "'%s' is no storage class of PyTorch".formatted(Escapes.visible(type.qualifiedName())));
    }
    return dtype.get();
  }

  static String text(PyObject node, Where where) throws CheckpointException {
    if (node instanceof PyScalar scalar && scalar.value() instanceof Scalar.Text text) {
      return text.value();
    }
    throw new CheckpointException(where, "something else where a string is needed");
  }

  static long integer(PyObject node, Where where) throws CheckpointException {
    if (node instanceof PyScalar scalar && scalar.value() instanceof Scalar.Int number) {
      return number.value();
    }
    throw new CheckpointException(where, "something else where an integer of 64 bits is needed");
  }
}
