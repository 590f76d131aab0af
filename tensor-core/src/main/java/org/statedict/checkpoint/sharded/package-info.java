/// Checkpoints in several files that an index names.
package org.statedict.checkpoint.sharded;
