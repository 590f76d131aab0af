/// The command `statedict`.
@org.jspecify.annotations.NullMarked
module org.statedict.cli {
  requires org.statedict;
  requires com.fasterxml.jackson.core;
  requires info.picocli;
  requires me.tongfei.progressbar;

  uses org.statedict.checkpoint.CheckpointFormat;

  opens org.statedict.cli to
      info.picocli;
}
