/// Reads and writes safetensors files.
package org.statedict.io.safetensors;
