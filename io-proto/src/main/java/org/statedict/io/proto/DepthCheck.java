package org.statedict.io.proto;

import java.io.IOException;

/// Walks over a node to the bottom of the graphs inside of it, so that a model is refused that is
/// nested deeper than protobuf allows.
record DepthCheck(WireReader node) {
  private static final int ATTRIBUTE = 5;
  private static final int ATTRIBUTE_GRAPH = 6;
  private static final int ATTRIBUTE_GRAPHS = 11;
  private static final int NODE = 1;

  void run() throws IOException {
    while (node.next()) {
      if (node.is(ATTRIBUTE, WireReader.BYTES)) {
        attribute(node.message(node.bytes(), "graph.node.attribute"));
      } else {
        node.skip();
      }
    }
  }

  private static void attribute(WireReader attribute) throws IOException {
    while (attribute.next()) {
      if (attribute.is(ATTRIBUTE_GRAPH, WireReader.BYTES)
          || attribute.is(ATTRIBUTE_GRAPHS, WireReader.BYTES)) {
        graph(attribute.message(attribute.bytes(), "graph.node.attribute.g"));
      } else {
        attribute.skip();
      }
    }
  }

  private static void graph(WireReader graph) throws IOException {
    while (graph.next()) {
      if (graph.is(NODE, WireReader.BYTES)) {
        new DepthCheck(graph.message(graph.bytes(), "graph.node")).run();
      } else {
        graph.skip();
      }
    }
  }
}
