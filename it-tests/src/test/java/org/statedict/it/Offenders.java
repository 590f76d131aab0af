package org.statedict.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;

/// What no reader may do, for the test that such code would be noticed; never run.
interface Offenders {
  interface Loads {
    default Class<?> load(String name) throws ClassNotFoundException {
      return Class.forName(name);
    }
  }

  interface Starts {
    default Process start(String name) throws IOException {
      return new ProcessBuilder(name).start();
    }
  }

  interface Deserialises {
    default Object read(InputStream in) throws IOException, ClassNotFoundException {
      try (ObjectInputStream objects = new ObjectInputStream(in)) {
        return objects.readObject();
      }
    }
  }
}
