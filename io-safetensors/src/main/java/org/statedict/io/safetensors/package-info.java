/// Reads safetensors files.
package org.statedict.io.safetensors;
