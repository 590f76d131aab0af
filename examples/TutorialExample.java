import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.statedict.checkpoint.Checkpoints;
import org.statedict.nn.Layer;
import org.statedict.nn.Linear;
import org.statedict.nn.NnModule;
import org.statedict.nn.Relu;
import org.statedict.optim.Hyper;
import org.statedict.optim.Sgd;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Generator;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Tensor;

/// The chapter on saving and loading of a well-known tutorial, step by step: a tensor, a list, a
/// dictionary, the state_dict of a network and of an optimizer, in every format.
public class TutorialExample {
  static class MLP extends NnModule implements Layer {
    private final Linear hidden = child("hidden", new Linear(3, 2));
    private final Relu act = child("act", new Relu());
    private final Linear output = child("output", new Linear(2, 1));

    @Override
    public Tensor forward(Tensor x) {
      return output.forward(act.forward(hidden.forward(x)));
    }
  }

  public static void main(String[] args) throws IOException {
    Path folder = args.length > 0 ? Path.of(args[0]) : Files.createTempDirectory("tutorial");

    Tensor x = Tensor.ones(3);
    Checkpoints.save(x, folder.resolve("x.pt"));
    System.out.println(Checkpoints.load(folder.resolve("x.pt")));

    Tensor y = Tensor.zeros(4);
    Checkpoints.save(Seq.of(x, y), folder.resolve("xy.pt"));
    System.out.println(Checkpoints.load(folder.resolve("xy.pt")).asList());

    Checkpoints.save(Dict.of("x", x, "y", y), folder.resolve("xy_dict.pt"));
    Dict xy = Checkpoints.load(folder.resolve("xy_dict.pt")).asDict();
    System.out.println(xy.entries());

    Generator.DEFAULT.manualSeed(0);
    MLP net = new MLP();
    System.out.println(net);
    net.stateDict().tensors().forEach((name, tensor) -> System.out.println(name + " " + tensor));

    Sgd optimizer = new Sgd(net.parameters(), Hyper.lr(0.001).with("momentum", 0.9));
    Dict group = optimizer.stateDict().at("param_groups", 0).asDict();
    System.out.println(group.entries());

    Tensor input = Generator.DEFAULT.randn(2, 3);
    Tensor output = net.forward(input);
    for (String file : new String[] {"net.pt", "net.safetensors", "net.h5", "net.onnx"}) {
      Checkpoints.save(net.stateDict(), folder.resolve(file));
      MLP net2 = new MLP();
      net2.loadStateDict(Checkpoints.load(folder.resolve(file)).asStateDict());
      System.out.println(file + " " + net2.forward(input).eq(output).reshape(-1));
    }
  }
}
