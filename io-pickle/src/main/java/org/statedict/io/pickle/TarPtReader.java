package org.statedict.io.pickle;

import java.io.IOException;
import java.util.List;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.Source;
import org.statedict.checkpoint.spi.StorageTable;
import org.statedict.io.pickle.PickleSequence.Ran;
import org.statedict.tensor.Value;

/// Opens the tar archives of PyTorch before 0.1.10: `storages`, the `tensors` that view them, and
/// the `pickle` of the object that names both by number.
final class TarPtReader {
  private TarPtReader() {}

  static Checkpoint open(Source source, LoadOptions options) throws IOException {
    TarMembers members = TarMembers.of(source);
    StorageTable table = new StorageTable(options);
    PickleSequence pickle = sequence(source, members, "pickle", options);
    Ran object = pickle.next();
    if (pickle.remaining() != 0) {
      throw new CheckpointException(
          Where.in(source.name()).at(pickle.position()),
          "%d bytes behind the end of the pickle; refused".formatted(pickle.remaining()));
    }
    TarTensors tensors = new TarTensors(table, source);
    tensors.readStorages(sequence(source, members, "storages", options));
    tensors.readTensors(sequence(source, members, "tensors", options), options.limits());
    Value tree =
        new ValueBuilder(pickle.where(), options.limits(), tensors::get).build(object.root());
    return new Lender(source, options.limits(), table, pickle.where()).lend("tar", tree, List.of());
  }

  private static PickleSequence sequence(
      Source source, TarMembers members, String name, LoadOptions options) throws IOException {
    TarMembers.Member member = members.get(name);
    Where where = Where.in(source.name()).entry(name);
    return new PickleSequence(source, member.from(), member.end(), where, options.limits());
  }
}
