package org.statedict.io.pickle;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.Escapes;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.Limits;
import org.statedict.io.pickle.PyObject.PyCall;
import org.statedict.io.pickle.PyObject.PyDict;
import org.statedict.io.pickle.PyObject.PyGlobal;
import org.statedict.io.pickle.PyObject.PyPersistent;
import org.statedict.io.pickle.PyObject.PyScalar;
import org.statedict.io.pickle.PyObject.PySeq;
import org.statedict.tensor.DType;
import org.statedict.tensor.Device;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Shape;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Strides;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Traits;

/// Builds tensors from the calls of PyTorch's rebuild functions; every argument must be of exactly
/// the type that PyTorch writes.
final class TensorBuilder {
  private static final Set<String> DENSE =
      Set.of(
          "torch._utils._rebuild_tensor",
          "torch._utils._rebuild_tensor_v2",
          "torch._utils._rebuild_tensor_v3");
  private static final Set<String> WRAPPED =
      Set.of(
          "torch._utils._rebuild_parameter",
          "torch._utils._rebuild_parameter_with_state",
          "torch._tensor._rebuild_from_type_v2");

  private final ValueBuilder values;
  private final Storages storages;
  private final Limits limits;

  TensorBuilder(ValueBuilder values, Storages storages, Limits limits) {
    this.values = values;
    this.storages = storages;
    this.limits = limits;
  }

  /// Whether a call makes a tensor.
  static boolean isTensor(PyCall call) {
    String name = call.callee.qualifiedName();
    return DENSE.contains(name) || WRAPPED.contains(name);
  }

  Tensor build(PyCall call, int depth) throws CheckpointException {
    if (call.state != null || !call.items.isEmpty()) {
      throw values.fail(call, "changes a tensor after it was made, which PyTorch never writes");
    }
    return switch (call.callee.name()) {
      case "_rebuild_tensor" -> dense(call.callee, call, values.arguments(call, 4, 4), depth);
      case "_rebuild_tensor_v2" -> dense(call.callee, call, values.arguments(call, 6, 7), depth);
      case "_rebuild_tensor_v3" -> dense(call.callee, call, values.arguments(call, 7, 8), depth);
      case "_rebuild_from_type_v2" -> ofType(call, depth);
      default -> parameter(call, depth);
    };
  }

  private Tensor parameter(PyCall call, int depth) throws CheckpointException {
    boolean stateful = call.callee.name().endsWith("_with_state");
    List<PyObject> args = values.arguments(call, stateful ? 4 : 3, stateful ? 4 : 3);
    if (!(values.build(args.get(0), depth + 1) instanceof Tensor tensor)) {
      throw values.fail(call, "a Parameter of what is no tensor");
    }
    requireNoHooks(args.get(2));
    Traits traits = tensor.traits().withParameter(true).withRequiresGrad(bool(args.get(1)));
    return tensor.withTraits(
        stateful ? traits.withAttributes(attributes(args.get(3), depth)) : traits);
  }

  private Tensor ofType(PyCall call, int depth) throws CheckpointException {
    List<PyObject> args = values.arguments(call, 4, 4);
    if (!(args.get(0) instanceof PyGlobal function)
        || !DENSE.contains(function.qualifiedName())
        || !(args.get(1) instanceof PyGlobal type)
        || !type.qualifiedName().equals("torch.Tensor")) {
      throw values.fail(
          call, "not read yet: a tensor of a class of its own; save the plain tensor instead");
    }
    Tensor tensor = dense(function, call, values.seq(args.get(2)).items, depth);
    return tensor.withTraits(tensor.traits().withAttributes(attributes(args.get(3), depth)));
  }

  private Dict attributes(PyObject state, int depth) throws CheckpointException {
    return switch (values.build(state, depth + 1)) {
      case Dict dict -> dict;
      case Scalar.Nil _ -> Dict.EMPTY;
      default -> throw values.fail(state, "the attributes of a tensor that are no dict");
    };
  }

  private Tensor dense(PyGlobal function, PyObject at, List<PyObject> args, int depth)
      throws CheckpointException {
    boolean typed = !function.name().endsWith("_v3");
    if (args.size() < (typed ? 4 : 7)) {
      throw values.fail(at, "a tensor with " + args.size() + " arguments, which are too few");
    }
    Storages.Declared declared = declaration(args.get(0));
    DType dtype = typed ? requireType(args.get(0), declared) : dtype(args.get(6));
    Traits traits = args.size() > 4 ? traits(args, typed ? 6 : 7, depth) : Traits.NONE;
    Storage storage = storages.get(declared, dtype);
    return view(at, storage, dtype, args, traits);
  }

  private Traits traits(List<PyObject> args, int flags, int depth) throws CheckpointException {
    requireNoHooks(args.get(5));
    Traits traits = Traits.NONE.withRequiresGrad(bool(args.get(4)));
    if (args.size() <= flags) {
      return traits;
    }
    for (var flag : flags(args.get(flags), depth).entries().entrySet()) {
      boolean on = flag.getValue().equals(new Scalar.Bool(true));
      traits =
          switch (flag.getKey().toString()) {
            case "conj" -> traits.withConj(on);
            case "neg" -> traits.withNeg(on);
            default ->
                throw values.fail(args.get(flags), "an unknown mark on a tensor: " + flag.getKey());
          };
    }
    return traits;
  }

  private Dict flags(PyObject node, int depth) throws CheckpointException {
    if (node instanceof PyDict && values.build(node, depth + 1) instanceof Dict dict) {
      return dict;
    }
    throw values.fail(node, "the marks on a tensor that are no dict");
  }

  private Tensor view(PyObject at, Storage storage, DType dtype, List<PyObject> args, Traits traits)
      throws CheckpointException {
    long offset = integer(args.get(1));
    long[] sizes = integers(args.get(2));
    long[] steps = integers(args.get(3));
    try {
      if (dtype == DType.FLOAT4_E2M1FN) {
        offset = Math.multiplyExact(offset, 2);
        unpair(sizes, steps);
      }
      return Tensor.over(storage, dtype, Shape.of(sizes), Strides.of(steps), offset)
          .withTraits(traits);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw values.fail(at, e.getMessage() + "; the file is damaged or hostile");
    }
  }

  /// PyTorch counts pairs of 4-bit floats along the last dimension where we count elements.
  private static void unpair(long[] sizes, long[] steps) {
    int last = sizes.length - 1;
    if (last < 0 || (sizes[last] > 1 && steps[last] != 1)) {
      throw new IllegalArgumentException(
          "not read yet: pairs of 4-bit floats that are not adjacent");
    }
    sizes[last] = Math.multiplyExact(sizes[last], 2);
    for (int i = 0; i < last; i++) {
      steps[i] = Math.multiplyExact(steps[i], 2);
    }
    steps[last] = 1;
  }

  // --- storages

  /// A storage that is no tensor's, as a tensor of one dimension.
  Tensor bareStorage(PyPersistent node) throws CheckpointException {
    Storages.Declared declared = declaration(node);
    DType dtype = declared.dtype() == null ? DType.UINT8 : declared.dtype();
    Storage storage = storages.get(declared, dtype);
    try {
      return Tensor.over(storage, dtype, Shape.of(declared.count()))
          .withTraits(Traits.NONE.withBareStorage(true));
    } catch (IllegalArgumentException e) {
      throw values.fail(node, e.getMessage() + "; the file is damaged or hostile");
    }
  }

  private Storages.Declared declaration(PyObject node) throws CheckpointException {
    if (!(node instanceof PyPersistent persistent)
        || !(persistent.id() instanceof PySeq id)
        || id.items.size() < 5
        || !text(id.items.get(0)).equals("storage")
        || !(id.items.get(1) instanceof PyGlobal type)) {
      throw values.fail(
          node,
          "a persistent id that is no storage, the only thing that PyTorch stores beside a pickle");
    }
    long count = integer(id.items.get(4));
    Storages.Declared declared =
        new Storages.Declared(
            text(id.items.get(2)),
            storageType(type),
            new Device(text(id.items.get(3))),
            count,
            values.at(node));
    requireSize(node, declared);
    return declared;
  }

  private void requireSize(PyObject node, Storages.Declared declared) throws CheckpointException {
    boolean possible = declared.count() >= 0;
    try {
      possible &= declared.byteSize() >= 0;
    } catch (ArithmeticException e) {
      possible = false;
    }
    if (!possible) {
      throw values.fail(
          node,
          "a storage of %d elements; the file is damaged or hostile".formatted(declared.count()));
    }
  }

  private @Nullable DType storageType(PyGlobal type) throws CheckpointException {
    boolean untyped = type.qualifiedName().equals("torch.storage.UntypedStorage");
    Optional<DType> dtype = TorchNames.ofStorageClass(type.name());
    boolean known = type.module().equals("torch") || type.module().equals("torch.cuda");
    if (!untyped && (dtype.isEmpty() || !known)) {
      throw values.fail(
          type,
          "'%s' is no storage class of PyTorch".formatted(Escapes.visible(type.qualifiedName())));
    }
    return untyped ? null : dtype.get();
  }

  private DType requireType(PyObject node, Storages.Declared declared) throws CheckpointException {
    if (declared.dtype() == null) {
      throw values.fail(node, "a tensor without element type over untyped bytes");
    }
    return declared.dtype();
  }

  private DType dtype(PyObject node) throws CheckpointException {
    if (node instanceof PyGlobal global && global.module().equals("torch")) {
      Optional<DType> dtype = TorchNames.dtypeNamed(global.name());
      if (dtype.isPresent()) {
        return dtype.get();
      }
    }
    throw values.fail(node, "no element type that is known; a newer PyTorch may have written it");
  }

  // --- arguments of exactly one type

  private void requireNoHooks(PyObject node) throws CheckpointException {
    boolean none = node instanceof PyScalar scalar && scalar.value() instanceof Scalar.Nil;
    boolean empty =
        node instanceof PyCall call
            && call.callee.qualifiedName().equals("collections.OrderedDict")
            && values.seq(call.args).items.isEmpty()
            && call.pairs.keysAndValues.isEmpty()
            && call.state == null;
    if (!none && !empty) {
      throw values.fail(node, "backward hooks on a tensor, which hold code; refused");
    }
  }

  private boolean bool(PyObject node) throws CheckpointException {
    if (node instanceof PyScalar scalar && scalar.value() instanceof Scalar.Bool truth) {
      return truth.value();
    }
    throw values.fail(node, "requires_grad that is neither True nor False");
  }

  private long integer(PyObject node) throws CheckpointException {
    if (node instanceof PyScalar scalar && scalar.value() instanceof Scalar.Int number) {
      return number.value();
    }
    throw values.fail(node, "an offset, size or stride that is no integer of 64 bits");
  }

  private long[] integers(PyObject node) throws CheckpointException {
    List<PyObject> items =
        node instanceof PyCall call && call.callee.qualifiedName().equals("torch.Size")
            ? values.seq(values.arguments(call, 1, 1).getFirst()).items
            : values.seq(node).items;
    limits.check(Limit.RANK, items.size(), values.at(node));
    long[] numbers = new long[items.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = integer(items.get(i));
    }
    return numbers;
  }

  private String text(PyObject node) throws CheckpointException {
    if (node instanceof PyScalar scalar && scalar.value() instanceof Scalar.Text text) {
      return text.value();
    }
    throw values.fail(node, "something else where a string is needed");
  }
}
