package org.statedict.io.pickle;

import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.Source;
import org.statedict.checkpoint.spi.StorageTable;
import org.statedict.io.pickle.PickleSequence.Ran;
import org.statedict.io.pickle.PyObject.PyPersistent;
import org.statedict.io.pickle.PyObject.PyScalar;
import org.statedict.io.pickle.PyObject.PySeq;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Value;

/// Opens the stream that PyTorch wrote from 0.1.10 to 1.5 and can still be asked for; its layout is
/// that of [LegacyPtWriter].
final class LegacyPtReader {
  private final Source source;
  private final LoadOptions options;
  private final Where where;
  private final PickleSequence pickles;

  private LegacyPtReader(Source source, LoadOptions options) throws IOException {
    this.source = source;
    this.options = options;
    this.where = Where.in(source.name());
    this.pickles = new PickleSequence(source, 0, source.size(), where, options.limits());
  }

  static Checkpoint open(Source source, LoadOptions options) throws IOException {
    return new LegacyPtReader(source, options).open();
  }

  private Checkpoint open() throws IOException {
    requireInteger(pickles.next().root(), LegacyPtWriter.MAGIC, "the magic number of PyTorch");
    requireInteger(
        pickles.next().root(), BigInteger.valueOf(LegacyPtWriter.PROTOCOL_VERSION), "version 1001");
    pickles.next(); // the writer's machine, which says nothing about the bytes that follow
    Ran object = pickles.next();
    StorageTable table = new StorageTable(options);
    StreamStorages storages = new StreamStorages(source, table);
    for (PyPersistent id : object.machine().persistents()) {
      storages.declare(StorageIds.parse(id, where.at(id.offset())));
    }
    storages.place(keys(pickles.next().root()), pickles.position());
    Value tree = new ValueBuilder(where, options.limits(), storages).build(object.root());
    return new Lender(source, options.limits(), table, where).lend("legacy", tree, List.of());
  }

  private void requireInteger(PyObject found, BigInteger expected, String what)
      throws CheckpointException {
    if (!(found instanceof PyScalar scalar) || !scalar.value().equals(Scalar.integer(expected))) {
      throw new CheckpointException(
          where.at(found.offset()),
          "a pickle without %s, so torch.save did not write it; if it is a plain pickle, load it and save it with torch.save"
              .formatted(what));
    }
  }

  private List<String> keys(PyObject root) throws CheckpointException {
    List<String> keys = new ArrayList<>();
    List<PyObject> items = root instanceof PySeq list ? list.items : List.of(root);
    for (PyObject item : items) {
      if (!(item instanceof PyScalar scalar && scalar.value() instanceof Scalar.Text key)) {
        throw new CheckpointException(
            where.at(item.offset()), "the fifth pickle is no list of storage keys");
      }
      keys.add(key.value());
    }
    return keys;
  }
}
