package org.statedict.nn;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Opaque;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Traits;
import org.statedict.tensor.Value;

/// Describes a network as PyTorch's objects. A parameter or a module in several places is one
/// object.
final class TorchWriter {
  private static final List<String> WEIGHT_AND_BIAS = List.of("weight", "bias");
  private static final List<String> STATISTICS =
      List.of("running_mean", "running_var", "num_batches_tracked");
  private static final List<String> ONE_PROJECTION =
      List.of("in_proj_weight", "q_proj_weight", "k_proj_weight", "v_proj_weight", "in_proj_bias");
  private static final List<String> THREE_PROJECTIONS =
      List.of("q_proj_weight", "k_proj_weight", "v_proj_weight", "in_proj_weight", "in_proj_bias");
  private static final List<String> HOOKS =
      List.of(
          "_forward_hooks",
          "_forward_hooks_with_kwargs",
          "_forward_hooks_always_called",
          "_forward_pre_hooks",
          "_forward_pre_hooks_with_kwargs",
          "_state_dict_hooks",
          "_state_dict_pre_hooks",
          "_load_state_dict_pre_hooks",
          "_load_state_dict_post_hooks");

  private final Map<Parameter, Tensor> parameters = new HashMap<>();
  private final IdentityHashMap<NnModule, Opaque> modules = new IdentityHashMap<>();

  Opaque describe(NnModule module) {
    Opaque known = modules.get(module);
    if (known == null) {
      TorchClass type = TorchClass.of(module);
      known = new Opaque(type.name(), Seq.tuple(), state(module, type), List.of(), List.of());
      modules.put(module, known);
    }
    return known;
  }

  private Dict state(NnModule module, TorchClass type) {
    Dict.Builder state = Dict.builder();
    boolean early = module instanceof Rnn || module instanceof PRelu;
    Dict.Builder late = Dict.builder();
    type.fields()
        .entries()
        .forEach((name, value) -> {
          boolean first =
              early && List.of("nonlinearity", "num_parameters").contains(name.asText());
          (first ? state : late).put(name, value);
        });
    state.put("training", new Scalar.Bool(module.isTraining()));
    Dict own = parameters(module);
    state.put("_parameters", own);
    state.put("_buffers", buffers(module));
    state.put("_non_persistent_buffers_set", unsaved(module));
    Dict none = Dict.builder(Dict.Kind.ORDERED).build();
    state.put("_backward_pre_hooks", none).put("_backward_hooks", none);
    state.put("_is_full_backward_hook", Scalar.Nil.NONE);
    HOOKS.forEach(hook -> state.put(hook, none));
    Dict.Builder inner = Dict.builder();
    module.children().forEach((name, child) -> inner.put(name, describe(child)));
    state.put("_modules", inner.build());
    late.build().entries().forEach(state::put);
    if (module instanceof Recurrent) {
      state.put("_flat_weights", Seq.of(Seq.Kind.LIST, List.copyOf(own.entries().values())));
    }
    return state.build();
  }

  private Dict parameters(NnModule module) {
    SequencedMap<String, Parameter> own = module.ownParameters();
    Dict.Builder dict = slots(parameterSlots(module));
    own.forEach((name, parameter) -> dict.put(name, tensor(parameter)));
    return dict.build();
  }

  /// Entries that Python code asks for even if they are `None`.
  private static Dict.Builder slots(List<String> names) {
    Dict.Builder dict = Dict.builder();
    names.forEach(name -> dict.put(name, Scalar.Nil.NONE));
    return dict;
  }

  private static List<String> parameterSlots(NnModule module) {
    return switch (module) {
      case MultiheadAttention attention ->
          attention.ownParameters().containsKey("in_proj_weight")
              ? ONE_PROJECTION
              : THREE_PROJECTIONS;
      case Linear _, Bilinear _, Convolution _ -> WEIGHT_AND_BIAS;
      case BatchNorm _, InstanceNorm2d _, LayerNorm _, GroupNorm _ -> WEIGHT_AND_BIAS;
      default -> List.of();
    };
  }

  private static Dict buffers(NnModule module) {
    boolean tracks = module instanceof BatchNorm || module instanceof InstanceNorm2d;
    Dict.Builder dict = slots(tracks ? STATISTICS : List.of());
    module.ownBuffers().forEach((name, buffer) -> dict.put(name, buffer.value()));
    return dict.build();
  }

  private static Value unsaved(NnModule module) {
    Object[] names =
        module.ownBuffers().entrySet().stream()
            .filter(entry -> !entry.getValue().isPersistent())
            .map(Map.Entry::getKey)
            .toArray();
    return Seq.of(Seq.Kind.SET, Seq.of(names).items());
  }

  private Tensor tensor(Parameter parameter) {
    return parameters.computeIfAbsent(parameter, p -> p.value().detach().withTraits(traits(p)));
  }

  private static Traits traits(Parameter parameter) {
    return Traits.NONE.withParameter(true).withRequiresGrad(parameter.requiresGrad());
  }
}
