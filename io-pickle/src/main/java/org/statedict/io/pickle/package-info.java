/// Reads .pt files of PyTorch.
package org.statedict.io.pickle;
