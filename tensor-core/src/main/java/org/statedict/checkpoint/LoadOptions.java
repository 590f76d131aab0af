package org.statedict.checkpoint;

import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.statedict.tensor.Device;

/// How a file is opened; immutable.
///
/// @param reading how tensor data is reached
/// @param strictness what happens to oddities that other readers forgive
/// @param checksums whether recorded checksums are verified when bytes are read
/// @param mapLocation the device label that storages get, from the label in the file
/// @param adapters options that only one format understands, such as `onnx.all`
/// @param limits what a file may ask for
public record LoadOptions(
    Reading reading,
    Strictness strictness,
    Checksums checksums,
    UnaryOperator<Device> mapLocation,
    Map<String, String> adapters,
    Limits limits) {
  /// Mapped, lenient, verified, device labels kept, with the default limits.
  public static final LoadOptions DEFAULT =
      new LoadOptions(
          Reading.MAPPED,
          Strictness.LENIENT,
          Checksums.VERIFY,
          UnaryOperator.identity(),
          Map.of(),
          Limits.DEFAULT);

  /// How tensor data is reached.
  public enum Reading {
    /// Lent from a mapping where the source has one.
    MAPPED,
    /// Read by position through bounded buffers whenever it is copied; mapped pages would count as
    /// resident memory.
    POSITIONAL
  }

  /// What happens to oddities that other readers forgive.
  public enum Strictness {
    LENIENT,
    STRICT
  }

  /// Whether recorded checksums are verified when bytes are read.
  public enum Checksums {
    VERIFY,
    IGNORE
  }

  public LoadOptions withReading(Reading other) {
    return new LoadOptions(other, strictness, checksums, mapLocation, adapters, limits);
  }

  public LoadOptions withStrictness(Strictness other) {
    return new LoadOptions(reading, other, checksums, mapLocation, adapters, limits);
  }

  public LoadOptions withChecksums(Checksums other) {
    return new LoadOptions(reading, strictness, other, mapLocation, adapters, limits);
  }

  /// Every storage gets this device label; the bytes come to host memory whatever it says.
  public LoadOptions withMapLocation(Device device) {
    return withMapLocation(label -> device);
  }

  /// Storages whose label is a key of `devices` get the label beside it; others keep theirs.
  public LoadOptions withMapLocation(Map<Device, Device> devices) {
    Map<Device, Device> copy = Map.copyOf(devices);
    return withMapLocation(label -> copy.getOrDefault(label, label));
  }

  /// Every storage gets the label that `change` makes of the file's.
  public LoadOptions withMapLocation(UnaryOperator<Device> change) {
    return new LoadOptions(reading, strictness, checksums, change, adapters, limits);
  }

  /// Sets an option that only one format understands.
  ///
  /// @param name the format's name, a dot and the option's name: `onnx.all`
  public LoadOptions withAdapterOption(String name, String value) {
    Map<String, String> more = new HashMap<>(adapters);
    more.put(name, value);
    return new LoadOptions(reading, strictness, checksums, mapLocation, Map.copyOf(more), limits);
  }

  public LoadOptions withLimits(Limits other) {
    return new LoadOptions(reading, strictness, checksums, mapLocation, adapters, other);
  }

  public boolean isStrict() {
    return strictness == Strictness.STRICT;
  }
}
