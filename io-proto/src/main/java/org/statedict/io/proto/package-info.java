/// This package will hold the reader and writer of ONNX models; it is empty so far.
package org.statedict.io.proto;
