/// Checkpoints: saving, loading, opening and converting files of any installed format.
///
/// [Checkpoints] has the verbs that most people need. A format is found through
/// [java.util.ServiceLoader] and recognised by content. Opening reads headers only; a save is
/// planned before a byte is written and replaces its target whole or not at all.
package org.statedict.checkpoint;
