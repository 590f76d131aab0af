package org.statedict.it;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Supplier;
import org.statedict.nn.ClassLosses;
import org.statedict.nn.Layer;
import org.statedict.nn.Losses;
import org.statedict.nn.NnModule;
import org.statedict.optim.AdamW;
import org.statedict.optim.CosineAnnealingLr;
import org.statedict.optim.ExponentialLr;
import org.statedict.optim.Hyper;
import org.statedict.optim.LambdaLr;
import org.statedict.optim.LinearLr;
import org.statedict.optim.LrScheduler;
import org.statedict.optim.OneCycleLr;
import org.statedict.optim.Optimizer;
import org.statedict.optim.RmsProp;
import org.statedict.optim.Sgd;
import org.statedict.optim.StepLr;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Generator;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Tensor;

/// How each network is trained from seed 0, as `testdata/golden/training/networks.py` says.
final class TrainingRun {
  private static final Map<String, Recipe> RECIPES = new LinkedHashMap<>();

  /// What is drawn for one step.
  private record Batch(Tensor x, Tensor target) {
    static Batch classes(long high, long... shape) {
      Generator random = Generator.DEFAULT;
      return new Batch(random.randn(shape), random.randint(0, high, shape[0]));
    }

    static Batch tokens(long high, long tags) {
      Generator random = Generator.DEFAULT;
      return new Batch(random.randint(0, high, 4, 8), random.randint(0, tags, 4, 8));
    }
  }

  /// A network and all that trains it.
  private record Recipe(
      Supplier<? extends NnModule> network,
      Supplier<Batch> batch,
      BinaryOperator<Tensor> loss,
      Function<List<Parameter>, Optimizer> optimizer,
      Function<Optimizer, LrScheduler> scheduler) {}

  private static Tensor perToken(Tensor scores, Tensor target) {
    return ClassLosses.MEAN.crossEntropy(scores.transpose(1, 2), target);
  }

  static {
    RECIPES.put(
        "mlp",
        new Recipe(
            () -> new Networks.Mlp(4, 16, 3),
            () -> Batch.classes(3, 8, 4),
            ClassLosses.MEAN::crossEntropy,
            p -> new Sgd(p, Hyper.lr(0.1).with("momentum", 0.9)),
            o -> new StepLr(o, 5, 0.5)));
    RECIPES.put(
        "lenet",
        new Recipe(
            Networks::lenet,
            () -> Batch.classes(10, 4, 1, 28, 28),
            ClassLosses.MEAN::crossEntropy,
            p -> new Sgd(p, Hyper.lr(0.05)),
            o -> new CosineAnnealingLr(o, 30, 0)));
    RECIPES.put(
        "resnet",
        new Recipe(
            Networks.ResNet::new,
            () -> Batch.classes(4, 4, 3, 8, 8),
            ClassLosses.MEAN::crossEntropy,
            p ->
                new Sgd(
                    p,
                    Hyper.lr(0.05)
                        .with("momentum", 0.9)
                        .with("weight_decay", 1e-4)
                        .with("nesterov", true)),
            o -> new OneCycleLr(o, 0.05, 30)));
    RECIPES.put(
        "tagger",
        new Recipe(
            Networks.Tagger::new,
            () -> Batch.tokens(20, 5),
            TrainingRun::perToken,
            p -> new RmsProp(p, Hyper.lr(0.01)),
            o -> new LinearLr(o, 0.5, 1, 8)));
    RECIPES.put(
        "encoder",
        new Recipe(
            Networks.Encoder::new,
            () -> new Batch(Generator.DEFAULT.randn(4, 5, 6), Generator.DEFAULT.randn(4, 3)),
            Losses::mse,
            p -> new AdamW(p, Hyper.lr(0.003)),
            o -> new LambdaLr(o, e -> Math.min(1, (e + 1) / 5.0))));
    RECIPES.put(
        "gpt",
        new Recipe(
            Networks.Gpt::new,
            () -> Batch.tokens(17, 17),
            TrainingRun::perToken,
            p -> new AdamW(p, Hyper.lr(0.003)),
            o -> new ExponentialLr(o, 0.95)));
  }

  private final Recipe recipe;
  private final NnModule network;
  private final Optimizer optimizer;
  private final LrScheduler scheduler;

  TrainingRun(String name) {
    Recipe known = RECIPES.get(name);
    if (known == null) {
      throw new NoSuchElementException("no network " + name);
    }
    recipe = known;
    Generator.DEFAULT.manualSeed(0);
    network = recipe.network.get();
    optimizer = recipe.optimizer.apply(network.parameters());
    scheduler = recipe.scheduler.apply(optimizer);
  }

  static List<String> names() {
    return List.copyOf(RECIPES.keySet());
  }

  List<Double> train(int steps) {
    List<Double> losses = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      Batch batch = recipe.batch.get();
      optimizer.zeroGrad();
      Tensor loss = recipe.loss.apply(((Layer) network).forward(batch.x), batch.target);
      loss.backward();
      optimizer.step();
      scheduler.step();
      losses.add(loss.item());
    }
    return losses;
  }

  Dict save() {
    return Dict.of(
        "model",
        network.stateDict(),
        "optimizer",
        optimizer.stateDict(),
        "scheduler",
        scheduler.stateDict(),
        "rng",
        Generator.DEFAULT.state());
  }

  void load(Dict checkpoint) {
    network.loadStateDict(checkpoint.at("model").asStateDict());
    optimizer.loadStateDict(checkpoint.at("optimizer").asDict());
    scheduler.loadStateDict(checkpoint.at("scheduler").asDict());
    Generator.DEFAULT.setState(checkpoint.at("rng").asTensor());
  }
}
