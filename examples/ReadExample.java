import java.io.IOException;
import java.nio.file.Path;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.Checkpoints;
import org.statedict.tensor.Tensor;

/// Lists a checkpoint without reading its data, then reads one tensor.
public class ReadExample {
  public static void main(String[] args) throws IOException {
    Path file = Path.of(args.length > 0 ? args[0] : "examples/mlp.pt");
    try (Checkpoint checkpoint = Checkpoints.open(file)) {
      checkpoint
          .tensors()
          .forEach((name, t) -> System.out.println(name + " " + t.dtype() + " " + t.shape()));
    }
    Tensor bias = Checkpoints.load(file).at("hidden.bias").asTensor();
    System.out.println("hidden.bias = " + bias);
  }
}
