/// What every checkpoint format must do, as tests to extend, and what such tests need.
///
/// The test of a format extends [CheckpointFormatContract] and says what the format can hold; the
/// contract does the rest. The other types are tools that are useful beside it: values to save
/// ([SampleValues], [RandomValues]), damage ([CorruptBytes]), files that real programs wrote
/// ([GoldenFiles]), comparison ([TensorAssert]), a counting source and Python as a second opinion
/// ([Peer]).
package org.statedict.testkit;
