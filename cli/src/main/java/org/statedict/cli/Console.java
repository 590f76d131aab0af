package org.statedict.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;

/// The world around the command: its streams and its environment.
///
/// @param terminal whether messages go to a person's terminal
record Console(
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean terminal,
    Map<String, String> environment) {}
