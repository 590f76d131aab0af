package org.statedict.it;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.statedict.nn.AdaptiveAvgPool2d;
import org.statedict.nn.AttentionMask;
import org.statedict.nn.AttentionOptions;
import org.statedict.nn.AvgPool2d;
import org.statedict.nn.BatchNorm2d;
import org.statedict.nn.Bias;
import org.statedict.nn.Conv2d;
import org.statedict.nn.ConvOptions;
import org.statedict.nn.Embedding;
import org.statedict.nn.Flatten;
import org.statedict.nn.Gelu;
import org.statedict.nn.Gru;
import org.statedict.nn.Init;
import org.statedict.nn.Layer;
import org.statedict.nn.LayerNorm;
import org.statedict.nn.Linear;
import org.statedict.nn.Lstm;
import org.statedict.nn.ModuleDict;
import org.statedict.nn.ModuleList;
import org.statedict.nn.MultiheadAttention;
import org.statedict.nn.NnModule;
import org.statedict.nn.RecurrentOptions;
import org.statedict.nn.Relu;
import org.statedict.nn.Sequential;
import org.statedict.nn.Tanh;
import org.statedict.nn.TransformerEncoder;
import org.statedict.nn.TransformerEncoderLayer;
import org.statedict.nn.TransformerOptions;
import org.statedict.nn.TransformerOptions.Activation;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

/// The networks of `testdata/golden/training/networks.py` in Java.
final class Networks {
  private Networks() {}

  /// A perceptron with one hidden layer.
  static final class Mlp extends NnModule implements Layer {
    private final Linear hidden;
    private final Relu act;
    private final Linear output;

    Mlp(int inside, int between, int outside) {
      hidden = child("hidden", new Linear(inside, between));
      act = child("act", new Relu());
      output = child("output", new Linear(between, outside));
    }

    @Override
    public Tensor forward(Tensor x) {
      return output.forward(act.forward(hidden.forward(x)));
    }

    @Override
    public String pythonName() {
      return "MLP";
    }
  }

  static Sequential lenet() {
    return new Sequential(
        new Conv2d(1, 6, ConvOptions.kernel(5).withPadding(2)),
        new Tanh(),
        new AvgPool2d(2),
        new Conv2d(6, 16, 5),
        new Tanh(),
        new AvgPool2d(2),
        new Flatten(),
        new Linear(400, 120),
        new Tanh(),
        new Linear(120, 84),
        new Tanh(),
        new Linear(84, 10));
  }

  private static Conv2d conv(int inside, int outside, int size, int stride) {
    return new Conv2d(
        inside,
        outside,
        ConvOptions.kernel(size).withStride(stride).withPadding(size / 2).withBias(Bias.NONE));
  }

  /// Two convolutions and what goes around them.
  private static final class Block extends NnModule implements Layer {
    private final Conv2d conv1;
    private final BatchNorm2d bn1;
    private final Conv2d conv2;
    private final BatchNorm2d bn2;
    private final Layer around;

    Block(int inside, int outside, int stride) {
      conv1 = child("conv1", conv(inside, outside, 3, stride));
      bn1 = child("bn1", new BatchNorm2d(outside));
      conv2 = child("conv2", conv(outside, outside, 3, 1));
      bn2 = child("bn2", new BatchNorm2d(outside));
      around =
          stride == 1
              ? x -> x
              : child(
                  "downsample",
                  new Sequential(conv(inside, outside, 1, stride), new BatchNorm2d(outside)));
    }

    @Override
    protected Dict pythonFields() {
      Value none = Value.of(null);
      return children().containsKey("downsample") ? Dict.EMPTY : Dict.of("downsample", none);
    }

    @Override
    public Tensor forward(Tensor x) {
      Tensor y = bn1.forward(conv1.forward(x)).relu();
      return bn2.forward(conv2.forward(y)).add(around.forward(x)).relu();
    }
  }

  /// A small residual network.
  static final class ResNet extends NnModule implements Layer {
    private final Conv2d conv1 = child("conv1", conv(3, 8, 3, 1));
    private final BatchNorm2d bn1 = child("bn1", new BatchNorm2d(8));
    private final Sequential layer1 =
        child("layer1", new Sequential(new Block(8, 8, 1), new Block(8, 8, 1)));
    private final Sequential layer2 = child("layer2", new Sequential(new Block(8, 16, 2)));
    private final AdaptiveAvgPool2d avgpool = child("avgpool", new AdaptiveAvgPool2d(1));
    private final Linear fc = child("fc", new Linear(16, 4));

    @Override
    public Tensor forward(Tensor x) {
      Tensor y = layer2.forward(layer1.forward(bn1.forward(conv1.forward(x)).relu()));
      return fc.forward(avgpool.forward(y).flatten(1, -1));
    }
  }

  /// A tag for each word.
  static final class Tagger extends NnModule implements Layer {
    private final Embedding embedding = child("embedding", new Embedding(20, 8));
    private final Lstm lstm =
        child(
            "lstm",
            new Lstm(
                8,
                12,
                RecurrentOptions.DEFAULT
                    .withLayers(2)
                    .withBatchFirst(true)
                    .withBidirectional(true)));
    private final Linear tags = child("tags", new Linear(24, 5));

    @Override
    public Tensor forward(Tensor x) {
      return tags.forward(lstm.forward(embedding.forward(x)).output());
    }
  }

  /// A small transformer.
  static final class Encoder extends NnModule implements Layer {
    private static final TransformerOptions OPTIONS =
        TransformerOptions.DEFAULT
            .withFeedForward(32)
            .withDropout(0)
            .withActivation(Activation.GELU)
            .withBatchFirst(true);

    private final Linear inside = child("inside", new Linear(6, 16));
    private final TransformerEncoder encoder =
        child(
            "encoder",
            new TransformerEncoder(() -> new TransformerEncoderLayer(16, 2, OPTIONS), 2));
    private final Linear outside = child("outside", new Linear(16, 3));

    @Override
    public Tensor forward(Tensor x) {
      Tensor seen = encoder.forward(inside.forward(x), AttentionMask.NONE);
      return outside.forward(seen.mean(1));
    }
  }

  /// Attention and two linear layers.
  private static final class GptBlock extends NnModule {
    private final LayerNorm ln1 = child("ln_1", new LayerNorm(16));
    private final MultiheadAttention attn =
        child("attn", new MultiheadAttention(16, 2, AttentionOptions.DEFAULT.withBatchFirst(true)));
    private final LayerNorm ln2 = child("ln_2", new LayerNorm(16));
    private final Sequential mlp =
        child("mlp", new Sequential(new Linear(16, 64), new Gelu(), new Linear(64, 16)));

    Tensor forward(Tensor x, AttentionMask mask) {
      Tensor y = ln1.forward(x);
      Tensor seen = x.add(attn.forward(y, y, y, mask).output());
      return seen.add(mlp.forward(ln2.forward(seen)));
    }
  }

  /// A linear layer whose weights are those of an embedding.
  private static final class TiedHead extends NnModule implements Layer {
    private final Parameter weight;

    TiedHead(Embedding embedding) {
      weight = parameter("weight", embedding.weight());
    }

    @Override
    protected Dict pythonFields() {
      return Dict.of("bias", Value.of(null)); // a linear layer in Python
    }

    @Override
    public Tensor forward(Tensor x) {
      return x.matmul(weight.value().transpose(0, 1));
    }
  }

  /// A small language model.
  static final class Gpt extends NnModule implements Layer {
    private final Embedding tok = child("tok", new Embedding(17, 16));
    private final Embedding pos = child("pos", new Embedding(8, 16));
    private final ModuleList<GptBlock> blocks =
        child(
            "blocks",
            new ModuleList<>(IntStream.range(0, 2).mapToObj(_ -> new GptBlock()).toList()));
    private final LayerNorm lnF = child("ln_f", new LayerNorm(16));
    private final TiedHead head;

    Gpt() {
      Init.kaiming(16, 17, 16); // drawn and dropped, as the Python network does
      head = child("head", new TiedHead(tok));
    }

    @Override
    public Tensor forward(Tensor x) {
      int length = (int) x.shape().dim(1);
      Tensor h = tok.forward(x).add(pos.forward(Tensor.arange(length)));
      for (GptBlock block : blocks.modules()) {
        h = block.forward(h, AttentionMask.causal(length));
      }
      return head.forward(lnF.forward(h));
    }
  }

  /// Recurrent layers in a list.
  static final class Stack extends NnModule implements Layer {
    private static final RecurrentOptions OPTIONS = RecurrentOptions.DEFAULT.withBatchFirst(true);

    private final ModuleList<Gru> cells =
        child("cells", new ModuleList<>(List.of(new Gru(3, 4, OPTIONS), new Gru(4, 4, OPTIONS))));
    private final Linear out = child("out", new Linear(4, 2));

    @Override
    public Tensor forward(Tensor x) {
      Tensor h = x;
      for (Gru cell : cells.modules()) {
        h = cell.forward(h).output();
      }
      return out.forward(h);
    }
  }

  /// Heads by name.
  static final class Heads extends NnModule implements Layer {
    private final Linear body = child("body", new Linear(3, 4));
    private final ModuleDict heads = child("heads", new ModuleDict(named()));

    private static SequencedMap<String, Linear> named() {
      SequencedMap<String, Linear> named = new LinkedHashMap<>();
      named.put("left", new Linear(4, 2));
      named.put("right", new Linear(4, 3));
      return named;
    }

    @Override
    public Tensor forward(Tensor x) {
      Tensor h = body.forward(x).tanh();
      Layer left = (Layer) heads.get("left");
      Layer right = (Layer) heads.get("right");
      return Tensor.cat(1, List.of(left.forward(h), right.forward(h)));
    }
  }
}
