package org.statedict.io.pickle;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.Limits;
import org.statedict.io.pickle.PyObject.PyCall;
import org.statedict.io.pickle.PyObject.PyDict;
import org.statedict.io.pickle.PyObject.PyGlobal;
import org.statedict.io.pickle.PyObject.PyPersistent;
import org.statedict.io.pickle.PyObject.PyScalar;
import org.statedict.tensor.DType;
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
    return DENSE.contains(name)
        || WRAPPED.contains(name)
        || isOldParameter(call)
        || isOldTensor(call);
  }

  /// A tensor as PyTorch wrote it before it had a function to rebuild one.
  private static boolean isOldTensor(PyCall call) {
    String module = call.callee.module();
    return call.state != null
        && call.callee.name().endsWith("Tensor")
        && (module.equals("torch") || module.equals("torch.cuda"));
  }

  /// A Parameter as PyTorch wrote it before it had a function to rebuild one.
  private static boolean isOldParameter(PyCall call) {
    return call.callee.qualifiedName().equals("torch.nn.parameter.Parameter") && call.state != null;
  }

  Tensor build(PyCall call, int depth) throws CheckpointException {
    if (isOldParameter(call)) {
      return oldParameter(call, depth);
    }
    if (isOldTensor(call)) {
      values.arguments(call, 0, 0);
      return dense(call.callee, call, values.seq(Objects.requireNonNull(call.state)).items, depth);
    }
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

  /// Its state is (requires_grad, volatile, hooks), or (data, grad, hooks, requires_grad, volatile)
  /// if it was made without data.
  private Tensor oldParameter(PyCall call, int depth) throws CheckpointException {
    List<PyObject> args = values.arguments(call, 0, 2);
    List<PyObject> state = values.seq(Objects.requireNonNull(call.state)).items;
    if (state.size() != (args.isEmpty() ? 5 : 3)) {
      throw values.fail(
          call, "a Parameter with a state of %d items, 3 or 5 are known".formatted(state.size()));
    }
    requireNoHooks(state.get(2));
    PyObject data = args.isEmpty() ? state.get(0) : args.get(0);
    if (!(values.build(data, depth + 1) instanceof Tensor tensor)) {
      throw values.fail(call, "a Parameter of what is no tensor");
    }
    boolean grad = bool(state.get(args.isEmpty() ? 3 : 0));
    return tensor.withTraits(tensor.traits().withParameter(true).withRequiresGrad(grad));
  }

  private Tensor ofType(PyCall call, int depth) throws CheckpointException {
    List<PyObject> args = values.arguments(call, 4, 4);
    if (!(args.get(0) instanceof PyGlobal function)
        || !DENSE.contains(function.qualifiedName())
        || !(args.get(1) instanceof PyGlobal type)
        || !type.qualifiedName().equals("torch.Tensor")) {
      throw values.fail(
          call,
          "a tensor of a class of its own, which may hold a part of what it stands for; save the plain tensor instead");
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
    return view(at, declared, storage, dtype, args).withTraits(traits);
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

  private Tensor view(
      PyObject at, Storages.Declared declared, Storage storage, DType dtype, List<PyObject> args)
      throws CheckpointException {
    long offset = integer(args.get(1));
    long[] sizes = integers(args.get(2));
    long[] steps = integers(args.get(3));
    try {
      if (dtype == DType.FLOAT4_E2M1FN) {
        offset = Math.multiplyExact(offset, 2);
        unpair(sizes, steps);
      }
      return declared.tensor(storage, dtype, Shape.of(sizes), Strides.of(steps), offset);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw values.fail(at, e.getMessage() + "; the file is damaged or hostile");
    }
  }

  /// PyTorch counts pairs of 4-bit floats along the last dimension where we count elements.
  private static void unpair(long[] sizes, long[] steps) {
    int last = sizes.length - 1;
    if (last < 0 || (sizes[last] > 1 && steps[last] != 1)) {
      throw new IllegalArgumentException(
          "pairs of 4-bit floats that are not adjacent, which elements of 4 bits cannot show");
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
      return declared.whole(storage, dtype).withTraits(Traits.NONE.withBareStorage(true));
    } catch (IllegalArgumentException e) {
      throw values.fail(node, e.getMessage() + "; the file is damaged or hostile");
    }
  }

  private Storages.Declared declaration(PyObject node) throws CheckpointException {
    return StorageIds.parse(node, values.at(node));
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
}
