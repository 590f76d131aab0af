/// The command `statedict`.
package org.statedict.cli;
