/// Reads and writes the weights of ONNX models.
package org.statedict.io.proto;
