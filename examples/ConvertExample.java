import java.io.IOException;
import java.nio.file.Path;
import org.statedict.checkpoint.Checkpoints;

/// Converts a PyTorch checkpoint to safetensors; the endings name the formats.
public class ConvertExample {
  public static void main(String[] args) throws IOException {
    Path from = Path.of(args.length > 0 ? args[0] : "examples/mlp.pt");
    Path to = Path.of(args.length > 1 ? args[1] : "mlp.safetensors");
    Checkpoints.convert(from, to);
    System.out.println(from + " is now " + to);
  }
}
