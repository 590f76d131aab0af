package org.statedict.tensor;

/// The location label that a file gives a storage, such as `cpu` or `cuda:0`.
///
/// It is a tag and nothing more: a tensor's bytes are always in host memory. Adapters keep the tag,
/// so that a file saved on a GPU goes back with it.
///
/// @param label the label as the file writes it
public record Device(String label) {
  /// Host memory, the default.
  public static final Device CPU = new Device("cpu");

  public boolean isCpu() {
    return label.equals("cpu");
  }

  @Override
  public String toString() {
    return label;
  }
}
