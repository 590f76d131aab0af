/// Measurements: JMH benchmarks of single operations, and the command side by side with the
/// programs that people use today.
@NullMarked
package org.statedict.bench;

import org.jspecify.annotations.NullMarked;
