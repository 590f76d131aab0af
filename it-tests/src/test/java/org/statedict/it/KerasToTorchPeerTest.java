package org.statedict.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.Checkpoints;
import org.statedict.checkpoint.ValueTransform;
import org.statedict.testkit.CaseNames;
import org.statedict.testkit.Peer;

/// A model of Keras computes the same in PyTorch with the weights that we rewrite.
@ExtendWith(CaseNames.class)
class KerasToTorchPeerTest {
  /// A model with a branch for each kind of layer, saved with its inputs and outputs.
  private static final String MAKE =
      """
      import sys, numpy, keras
      from keras import layers as L
      keras.utils.set_random_seed(3)
      image, line = (6, 5, 2), (7, 4)
      branches = {
          "dense": ((4,), lambda x: L.Dense(3, name="dense")(x)),
          "bare": ((4,), lambda x: L.Dense(3, use_bias=False, name="bare")(x)),
          "conv1": (line, lambda x: L.Conv1D(3, 2, name="conv1")(x)),
          "conv2": (image, lambda x: L.Conv2D(4, (2, 3), groups=2, name="conv2")(x)),
          "conv3": ((4, 3, 5, 2), lambda x: L.Conv3D(3, (2, 1, 3), name="conv3")(x)),
          "depthwise": (image, lambda x: L.DepthwiseConv2D((2, 3), depth_multiplier=2, name="depthwise")(x)),
          "separable": (image, lambda x: L.SeparableConv2D(3, (2, 3), depth_multiplier=2, name="separable")(x)),
          "turned": (image, lambda x: L.Conv2DTranspose(3, (2, 3), name="turned")(x)),
          "norm": (image, lambda x: L.BatchNormalization(name="norm")(x)),
          "shift": ((4,), lambda x: L.BatchNormalization(scale=False, name="shift")(x)),
          "layer": (line, lambda x: L.LayerNormalization(name="layer")(x)),
          "group": (image, lambda x: L.GroupNormalization(2, name="group")(x)),
          "lstm": (line, lambda x: L.LSTM(3, return_sequences=True, name="lstm")(x)),
          "gru": (line, lambda x: L.GRU(3, return_sequences=True, name="gru")(x)),
          "rnn": (line, lambda x: L.SimpleRNN(3, return_sequences=True, name="rnn")(x)),
          "both": (line, lambda x: L.Bidirectional(L.GRU(3, return_sequences=True), name="both")(x)),
          "attention": ((5, 8), lambda x: L.MultiHeadAttention(2, 4, name="attention")(x, x)),
          "prelu": (image, lambda x: L.PReLU(shared_axes=[1, 2], name="prelu")(x)),
          "lines": (line, lambda x: L.Dense(3, name="lines")(L.Flatten()(L.MaxPooling1D(2)(L.Conv1D(2, 2, name="cut")(x))))),
          "steps": (line, lambda x: L.Dense(2, name="steps")(L.Flatten()(x))),
          "flat": (image, lambda x: L.Dense(3, name="flat")(L.Dropout(0.5)(L.Flatten()(x)))),
      }
      inputs = [keras.Input(shape, name="in_" + name) for name, (shape, _) in branches.items()]
      words = keras.Input((5,), dtype="int32", name="in_embed")
      outputs = [make(x) for x, (_, make) in zip(inputs, branches.values())]
      inner = keras.Sequential([keras.Input((4,)), L.Dense(2, name="a"), L.Dense(3, name="b")], name="inner")
      nested = keras.Input((4,), name="in_inner")
      model = keras.Model(inputs + [words, nested],
                          outputs + [L.Embedding(9, 3, name="embed")(words), inner(nested)])
      rng = numpy.random.default_rng(5)
      for layer in model.layers:
          layer.set_weights([(rng.random(w.shape) + 0.1).astype(w.dtype) for w in layer.get_weights()])
      given = [rng.standard_normal((2,) + tuple(i.shape[1:])).astype("float32") for i in inputs]
      given += [rng.integers(0, 9, (2, 5)).astype("int32"), rng.standard_normal((2, 4)).astype("float32")]
      names = list(branches) + ["embed", "inner"]
      found = model.predict(given, verbose=0)
      numpy.savez(sys.argv[1], **{"in_" + n: g for n, g in zip(names, given)},
                  **{"out_" + n: f for n, f in zip(names, found)})
      for path in sys.argv[2:]:
          model.save_weights(path) if path.endswith(".weights.h5") else model.save(path)
      """;

  /// Loads the state_dict into PyTorch's layers, strictly, and compares what they compute.
  private static final String CHECK =
      """
      import sys, numpy, torch
      from torch import nn
      given = numpy.load(sys.argv[1])
      state = torch.load(sys.argv[2], weights_only=True)
      model = nn.ModuleDict({
          "dense": nn.Linear(4, 3), "bare": nn.Linear(4, 3, bias=False), "conv1": nn.Conv1d(4, 3, 2),
          "conv2": nn.Conv2d(2, 4, (2, 3), groups=2), "conv3": nn.Conv3d(2, 3, (2, 1, 3)),
          "depthwise": nn.Conv2d(2, 4, (2, 3), groups=2),
          "separable": nn.ModuleDict({"depthwise": nn.Conv2d(2, 4, (2, 3), groups=2, bias=False),
                                      "pointwise": nn.Conv2d(4, 3, 1)}),
          "turned": nn.ConvTranspose2d(2, 3, (2, 3)),
          "norm": nn.BatchNorm2d(2, eps=1e-3), "shift": nn.BatchNorm1d(4, eps=1e-3),
          "layer": nn.LayerNorm(4, eps=1e-3), "group": nn.GroupNorm(2, 2, eps=1e-3),
          "lstm": nn.LSTM(4, 3, batch_first=True), "gru": nn.GRU(4, 3, batch_first=True),
          "rnn": nn.RNN(4, 3, batch_first=True),
          "both": nn.GRU(4, 3, batch_first=True, bidirectional=True),
          "attention": nn.MultiheadAttention(8, 2, batch_first=True), "prelu": nn.PReLU(2),
          "flat": nn.Linear(60, 3), "lines": nn.Linear(6, 3), "cut": nn.Conv1d(4, 2, 2),
          "steps": nn.Linear(28, 2), "embed": nn.Embedding(9, 3),
          "inner": nn.ModuleDict({"a": nn.Linear(4, 2), "b": nn.Linear(2, 3)})}).eval()
      if len(sys.argv) > 3:  # without the configuration these are not known
          for name in sys.argv[3:]:
              del model[name]
              state = {k: v for k, v in state.items() if not k.startswith(name + ".")}
      model.load_state_dict(state, strict=True)
      first = lambda x: x.movedim(-1, 1)
      last = lambda x: x.movedim(1, -1)
      worst = 0
      with torch.no_grad():
          for name, m in model.items():
              if name == "cut":
                  continue
              x = torch.from_numpy(given["in_" + name])
              if name == "separable":
                  y = last(m["pointwise"](m["depthwise"](first(x))))
              elif name == "inner":
                  y = m["b"](m["a"](x))
              elif name == "attention":
                  y = m(x, x, x)[0]
              elif name == "lines":
                  y = m(nn.functional.max_pool1d(model["cut"](first(x)), 2).flatten(1))
              elif name == "steps":
                  y = m(x.flatten(1))
              elif name == "flat":
                  y = m(first(x).flatten(1))
              elif isinstance(m, nn.RNNBase):
                  y = m(x)[0]
              elif isinstance(m, (nn.Linear, nn.Embedding, nn.LayerNorm)) or x.dim() == 2:
                  y = m(x)
              else:
                  y = last(m(first(x)))
              far = (y - torch.from_numpy(given["out_" + name])).abs().max().item()
              assert far < 2e-5, (name, far)
              worst = max(worst, far)
      print(len(model), worst)
      """;

  @TempDir Path folder;

  private Path make(String name) throws IOException {
    Path file = folder.resolve(name);
    Peer.python("keras", "torch").run(MAKE, folder.resolve("given.npz"), file);
    return file;
  }

  private void check(Path file, String... without) throws IOException {
    Path pt = folder.resolve("x.pt");
    try (Checkpoint open = Checkpoints.open(file)) {
      Checkpoints.save(Checkpoints.transform("keras-to-torch", open), pt);
    }
    List<Object> arguments = new ArrayList<>(List.of(folder.resolve("given.npz"), pt));
    arguments.addAll(List.of(without));
    String said = Peer.python("torch").run(CHECK, arguments.toArray());
    assertTrue(said.startsWith(24 - without.length + " "), said);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x.keras", "x.h5"})
  void modelsComputeTheSame(String name) throws IOException {
    Path file = make(name);
    check(file);
    try (Checkpoint open = Checkpoints.open(file)) {
      var transformed = ValueTransform.named("keras-to-torch").apply(open.tree(), open.metadata());
      assertEquals(List.of(), transformed.lost());
    }
  }

  /// A file of weights alone does not say whether a normalization goes without scale or shift, nor
  /// what was flattened before a layer.
  @Test
  void weightsAloneComputeTheSame() throws IOException {
    check(make("x.weights.h5"), "shift", "flat", "lines");
  }
}
