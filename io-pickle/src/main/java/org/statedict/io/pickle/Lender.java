package org.statedict.io.pickle;

import java.util.List;
import java.util.Map;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Limits;
import org.statedict.checkpoint.Source;
import org.statedict.checkpoint.spi.LeafNames;
import org.statedict.checkpoint.spi.LentCheckpoint;
import org.statedict.checkpoint.spi.StorageTable;
import org.statedict.tensor.Value;

/// Lends what was found in a file, whichever of PyTorch's containers it was.
///
/// @param pickle the place of the object, for messages
record Lender(Source source, Limits limits, StorageTable table, Where pickle) {
  Checkpoint lend(String container, Value tree, List<String> warnings) throws CheckpointException {
    return new LentCheckpoint(
        new LentCheckpoint.Content(
            PtFormat.NAME,
            container,
            tree,
            LeafNames.of(tree, limits, pickle),
            table,
            Map.of(),
            List.copyOf(warnings)),
        List.of(source));
  }
}
