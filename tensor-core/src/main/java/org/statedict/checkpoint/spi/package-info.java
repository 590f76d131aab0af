/// What people need who write a format: the tree in flat formats, strict readers of JSON and zip
/// structures, and the checkpoint that lends what a reader found.
package org.statedict.checkpoint.spi;
