package org.statedict.io.pickle;

import java.io.IOException;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.Source;
import org.statedict.checkpoint.spi.StorageTable;
import org.statedict.checkpoint.spi.ZipContent;
import org.statedict.checkpoint.spi.ZipDirectory;
import org.statedict.tensor.Value;

/// Opens the zip archives that `torch.save` writes since PyTorch 1.6.
final class PtReader {
  private PtReader() {}

  static Checkpoint open(Source source, LoadOptions options) throws IOException {
    ZipContent content = new ZipContent(source, options);
    PtArchive archive = new PtArchive(source, ZipDirectory.read(source, options.limits()), content);
    StorageTable table = new StorageTable(options);
    Where where = archive.where(archive.pickleEntry());
    PyObject root = unpickle(archive.pickle(), where, options);
    Value tree =
        new ValueBuilder(where, options.limits(), new PtStorages(source, archive, content, table))
            .build(root);
    Lender lender = new Lender(source, options.limits(), table, where);
    if (!ScriptModule.is(tree)) {
      return lender.lend("zip", tree, archive.warnings());
    }
    ScriptModule module = ScriptModule.of(tree);
    archive.warnings().add(module.note());
    return lender.lend("torchscript", module.stateDict(), archive.warnings());
  }

  private static PyObject unpickle(byte[] pickle, Where where, LoadOptions options)
      throws CheckpointException {
    Unpickler machine = new Unpickler(pickle, 0, where, options.limits());
    PyObject root = machine.load();
    if (machine.position() != pickle.length) {
      throw new CheckpointException(
          where.at(machine.position()),
          "%d bytes behind the end of the pickle; refused"
              .formatted(pickle.length - machine.position()));
    }
    return root;
  }
}
