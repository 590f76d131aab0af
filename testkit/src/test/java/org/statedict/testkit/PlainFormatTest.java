package org.statedict.testkit;

import java.util.EnumSet;
import java.util.Set;
import org.statedict.checkpoint.CheckpointFormat;

/// The contract can be met by a format of one class.
class PlainFormatTest extends CheckpointFormatContract {
  @Override
  protected CheckpointFormat format() {
    return new PlainFormat();
  }

  @Override
  protected Set<Ability> abilities() {
    return EnumSet.noneOf(Ability.class);
  }
}
