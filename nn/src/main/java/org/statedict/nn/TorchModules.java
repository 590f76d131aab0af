package org.statedict.nn;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Generator;
import org.statedict.tensor.ModuleTree;
import org.statedict.tensor.Opaque;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

/// Builds live networks from whole models that `torch.save(model)` wrote. Nothing of the file runs:
/// a model there is a tree of names, numbers and tensors, and the classes are those of this library
/// and those that are registered here.
///
/// ```java
/// NnModule net = TorchModules.standard()
///     .with("__main__.MLP", Mlp::new)
///     .build(Checkpoints.load(Path.of("model.pt")));
/// ```
///
/// Immutable.
public final class TorchModules {
  private final Map<String, BiFunction<Construction, TorchFields, NnModule>> classes;

  private TorchModules(Map<String, BiFunction<Construction, TorchFields, NnModule>> classes) {
    this.classes = classes;
  }

  /// All layers of this library, by PyTorch's names.
  public static TorchModules standard() {
    Map<String, BiFunction<Construction, TorchFields, NnModule>> classes = new HashMap<>();
    TorchLayers.CLASSES.forEach(
        (name, made) -> classes.put(name, (_, fields) -> made.apply(fields)));
    classes.putAll(TorchNetworks.CLASSES);
    return new TorchModules(classes);
  }

  /// The same with a class of one's own for a name that files use, such as `__main__.MLP`; its
  /// parameters, buffers and modules must have the names that they have in the file.
  public TorchModules with(String className, Supplier<? extends NnModule> made) {
    Map<String, BiFunction<Construction, TorchFields, NnModule>> more = new HashMap<>(classes);
    more.put(className, (_, _) -> made.get());
    return new TorchModules(more);
  }

  /// A network with the structure, the hyper-parameters, the weights, the buffers and the modes of
  /// a whole model. What the file has once is one here, too: modules in several places, tied
  /// weights.
  ///
  /// A class that is not known becomes an [UnknownModule], whose state_dict works. No random number
  /// is drawn.
  ///
  /// @throws ClassCastException if the value is no model
  /// @throws IllegalArgumentException if a field is missing, of another kind, or asks for something
  ///   that is not supported, or a shape does not fit; the message names the module's path
  public NnModule build(Value model) {
    Tensor random = Generator.DEFAULT.state();
    try {
      TorchFields fields = TorchFields.of("", model);
      ModuleTree.stateDict(model); // bounds how often modules are shared
      NnModule root = new Construction().create(fields);
      new Filling().fill(root, fields);
      return root;
    } finally {
      Generator.DEFAULT.setState(random);
    }
  }

  /// The objects that `torch.save(net)` would write: a value that `Checkpoints.save` writes with
  /// the option to keep objects, and that `torch.load(file, weights_only=False)` opens as a working
  /// module.
  ///
  /// A class of one's own goes by its [NnModule#pythonName()], in `__main__` unless that has a dot;
  /// a Python class of this name must be there when it is loaded, with modules of the same names.
  public static Value describe(NnModule net) {
    return new TorchWriter().describe(net);
  }

  /// The making of one network: an object of the file becomes one module, wherever it stands.
  final class Construction {
    private final IdentityHashMap<Opaque, NnModule> made = new IdentityHashMap<>();

    /// The module, with the values that its class begins with.
    NnModule create(TorchFields fields) {
      NnModule known = made.get(fields.module());
      if (known == null) {
        known = created(fields);
        made.put(fields.module(), known);
      }
      return known;
    }

    private NnModule created(TorchFields fields) {
      BiFunction<Construction, TorchFields, NnModule> known = classes.get(fields.className());
      if (known != null) {
        return known.apply(this, fields);
      }
      UnknownModule unknown = new UnknownModule(fields);
      fields.children().forEach((name, child) -> unknown.addChild(name, create(child)));
      return unknown;
    }
  }

  /// Puts the file's values into modules.
  private static final class Filling {
    private final IdentityHashMap<Tensor, Parameter> known = new IdentityHashMap<>();

    void fill(NnModule module, TorchFields fields) {
      Dict parameters = fields.parameters();
      for (var entry : module.ownParameters().entrySet()) {
        Tensor stored = tensor(fields, parameters, entry.getKey());
        requireShape(fields, entry.getKey(), stored, entry.getValue().value());
        fill(entry.getValue(), stored);
      }
      for (var entry : module.ownBuffers().entrySet()) {
        Tensor stored = tensor(fields, fields.buffers(), entry.getKey());
        requireShape(fields, entry.getKey(), stored, entry.getValue().value());
        entry.getValue().set(stored.copy());
      }
      requireNoOther(module, fields);
      module.trainAlone(
          !(fields.find("training").orElse(Scalar.Nil.NONE) instanceof Scalar.Bool training)
              || training.value());
      module.children().forEach((name, child) -> fill(child, fields.child(name)));
    }

    private void fill(Parameter parameter, Tensor stored) {
      parameter.set(stored.detach().copy());
      Parameter first = known.putIfAbsent(stored, parameter);
      if (first != null && !first.equals(parameter)) {
        parameter.tie(first);
      }
      if (stored.traits().parameter() && !stored.traits().requiresGrad()) {
        parameter.requiresGrad(false);
      }
    }

    private static Tensor tensor(TorchFields fields, Dict named, String name) {
      if (named.get(name).orElse(Scalar.Nil.NONE) instanceof Tensor tensor) {
        return tensor;
      }
      throw fields.problem("has no tensor '%s', only %s".formatted(name, named.entries().keySet()));
    }

    private static void requireShape(TorchFields fields, String name, Tensor stored, Tensor here) {
      if (!stored.shape().equals(here.shape())) {
        throw fields.problem(
            "has '%s' of shape %s, its fields make it %s"
                .formatted(name, stored.shape(), here.shape()));
      }
    }

    private static void requireNoOther(NnModule module, TorchFields fields) {
      for (var entry : fields.parameters().entries().entrySet()) {
        String name = entry.getKey().asText();
        if (entry.getValue() instanceof Tensor && !module.ownParameters().containsKey(name)) {
          throw fields.problem(
              "has a parameter '%s', which %s lacks".formatted(name, module.pythonName()));
        }
      }
      for (String name : fields.children().keySet()) {
        if (!module.children().containsKey(name)) {
          throw fields.problem(
              "has a module '%s', which %s lacks".formatted(name, module.pythonName()));
        }
      }
    }
  }
}
