package org.statedict.io.pickle;

/// The file around a pickle, which decides how a storage is named in it.
enum Container {
  /// The zip archive of PyTorch 1.6 and later.
  ZIP(5),
  /// The stream of PyTorch 0.1.10 to 1.5, whose storage ids have room for a view.
  STREAM(6);

  private final int idLength;

  Container(int idLength) {
    this.idLength = idLength;
  }

  /// The number of items in a storage's persistent id.
  int idLength() {
    return idLength;
  }
}
