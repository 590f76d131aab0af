package org.statedict.testkit;

import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.statedict.tensor.DType;
import org.statedict.tensor.Device;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Opaque;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Shape;
import org.statedict.tensor.StateDict;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Strides;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Traits;
import org.statedict.tensor.Value;

/// Named values that every format should be tried with, from an empty dictionary to a training
/// checkpoint.
public final class SampleValues {
  private static final long QUIET_NAN = 0x7ff8_0000_0000_0001L;

  private SampleValues() {}

  /// All of them.
  public static SequencedMap<String, Value> all() {
    SequencedMap<String, Value> all = new LinkedHashMap<>(flat());
    all.putAll(trees());
    all.putAll(shared());
    all.putAll(objects());
    return all;
  }

  /// Flat dictionaries of text to tensors that share nothing: what every format can hold.
  public static SequencedMap<String, Value> flat() {
    SequencedMap<String, Value> all = new LinkedHashMap<>();
    all.put("empty dict", Dict.EMPTY);
    all.put("scalar tensors", Dict.of("a", Tensor.scalar(3.5), "b", Tensor.of(new long[] {7}, 1)));
    all.put("tensors of size 0", sizeZero());
    all.put("tutorial's x and y", Dict.of("x", Tensor.ones(3), "y", Tensor.zeros(4)));
    all.put("tutorial's state_dict", stateDict());
    all.put("views that are not contiguous", nonContiguous());
    all.put("floats of every kind", floats());
    return Collections.unmodifiableSequencedMap(all);
  }

  /// Values with keys, containers, leaves and traits that a flat dictionary lacks.
  public static SequencedMap<String, Value> trees() {
    SequencedMap<String, Value> all = new LinkedHashMap<>();
    all.put("tutorial's x alone", Tensor.ones(3));
    all.put("tutorial's list", Seq.of(Tensor.ones(3), Tensor.zeros(4)));
    all.put("None alone", Scalar.Nil.NONE);
    all.put("empty list", Seq.of());
    all.put("empty tuple in a list", Seq.of(Seq.tuple()));
    all.put("training checkpoint", trainingCheckpoint());
    all.put("scalars", scalars());
    all.put("keys", keys());
    all.put(
        "names that collide", Dict.of("a.b", Tensor.ones(1), "a", Dict.of("b", Tensor.ones(2))));
    all.put("containers", containers());
    all.put("traits", traits());
    all.put("a container in two places", sharedContainer());
    return Collections.unmodifiableSequencedMap(all);
  }

  /// Values whose tensors share storages.
  public static SequencedMap<String, Value> shared() {
    SequencedMap<String, Value> all = new LinkedHashMap<>();
    Tensor tied = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
    all.put("tied weights", Dict.of("embed", tied, "head", tied));
    all.put("equal but not tied", Dict.of("a", Tensor.ones(2), "b", Tensor.ones(2)));
    Tensor base = Tensor.of(new float[] {0, 1, 2, 3, 4, 5}, 2, 3);
    all.put(
        "overlapping views",
        Dict.of("rows", base.slice(0, 0, 1), "all", base, "turned", base.transpose(0, 1)));
    all.put("part of a larger storage", Dict.of("part", Tensor.arange(10).slice(0, 3, 7, 2)));
    Tensor none = base.slice(0, 0, 0);
    all.put("empty view of a storage", Dict.of("none", none, "all", base));
    return Collections.unmodifiableSequencedMap(all);
  }

  /// Values with objects of unknown classes.
  public static SequencedMap<String, Value> objects() {
    SequencedMap<String, Value> all = new LinkedHashMap<>();
    Opaque settings =
        new Opaque("argparse.Namespace", Seq.tuple(), Dict.of("lr", 0.1), List.of(), List.of());
    all.put("an object with state", Dict.of("args", settings));
    all.put(
        "an object with everything",
        new Opaque(
            "a.b.C",
            Seq.tuple(1, Tensor.ones(2)),
            Seq.tuple(Scalar.Nil.NONE, Dict.of("x", Tensor.zeros(2))),
            List.of(Tensor.ones(1), new Scalar.Int(2)),
            List.of(Map.entry(new Scalar.Text("k"), Tensor.zeros(1)))));
    return Collections.unmodifiableSequencedMap(all);
  }

  /// The state_dict of the tutorial's MLP.
  public static StateDict stateDict() {
    Dict metadata = Dict.of("", Dict.of("version", 1), "hidden", Dict.of("version", 1));
    return StateDict.of(
        Dict.builder(Dict.Kind.ORDERED)
            .put(
                "hidden.weight",
                Tensor.of(new float[] {.2448f, .1856f, -.5678f, .203f, -.2073f, -.0104f}, 2, 3))
            .put("hidden.bias", Tensor.of(new float[] {-.3117f, -.4232f}))
            .put("output.weight", Tensor.of(new float[] {-.4556f, .4084f}, 1, 2))
            .put("output.bias", Tensor.of(new float[] {-.3573f}))
            .attributes(Dict.of("_metadata", metadata))
            .build());
  }

  /// A checkpoint as training loops save it: counters, a state_dict, an optimizer's state.
  public static Dict trainingCheckpoint() {
    Dict moments =
        Dict.of(
            "step",
            Tensor.scalar(3),
            "exp_avg",
            Tensor.ones(2, 3),
            "max_exp_avg_sq",
            Scalar.Nil.NONE);
    Dict group =
        Dict.of(
            "lr",
            0.001,
            "betas",
            Seq.tuple(0.9, 0.999),
            "weight_decay",
            0,
            "amsgrad",
            false,
            "maximize",
            Scalar.Nil.NONE,
            "params",
            Seq.of(0, 1));
    return Dict.of(
        "epoch",
        12,
        "loss",
        0.1,
        "model",
        stateDict(),
        "optimizer",
        Dict.of("state", Dict.of(0, moments, 1, Dict.EMPTY), "param_groups", Seq.of(group)));
  }

  private static Dict sizeZero() {
    return Dict.of(
        "none", Tensor.zeros(0), "rows", Tensor.zeros(0, 3), "columns", Tensor.zeros(3, 0));
  }

  private static Dict nonContiguous() {
    Tensor one = Tensor.over(Storage.of(5f), DType.FLOAT32, Shape.of(2, 3), Strides.of(0, 0), 0);
    return Dict.of(
        "transposed", Tensor.arange(6).reshape(2, 3).transpose(0, 1),
        "column", Tensor.arange(6).reshape(2, 3).select(1, 2),
        "steps", Tensor.arange(10).slice(0, 1, 9, 3),
        "expanded", one);
  }

  private static Dict floats() {
    return Dict.of(
        "float64",
            bits(DType.FLOAT64, QUIET_NAN, 0xfff0_dead_beef_0001L, 0x8000_0000_0000_0000L, 1),
        "float32", bits(DType.FLOAT32, 0x7fc0_0001, 0xffa0_0002, 0x8000_0000, 0x7f80_0000),
        "float16", bits(DType.FLOAT16, 0x7e01, 0xfd02, 0x8000, 0x7c00),
        "bfloat16", bits(DType.BFLOAT16, 0x7fc1, 0xff82, 0x8000, 0x7f80),
        "complex64", bits(DType.COMPLEX64, 0x7fc0_0001_8000_0000L, 0x8000_0000_ffa0_0002L));
  }

  /// A tensor of elements with these bits.
  private static Tensor bits(DType dtype, long... elements) {
    int width = dtype.bits() / 8;
    byte[] bytes = new byte[elements.length * width];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (elements[i / width] >> (i % width * 8));
    }
    return Tensor.over(Storage.of(bytes), dtype, Shape.of(elements.length));
  }

  private static Dict scalars() {
    return Dict.of(
        "None", Scalar.Nil.NONE,
        "bools", Seq.of(true, false),
        "ints", Seq.of(0, -1, 255, 256, 65_536, Long.MIN_VALUE, Long.MAX_VALUE),
        "big ints", Seq.of(BigInteger.ONE.shiftLeft(63), BigInteger.ONE.shiftLeft(200).negate()),
        "floats", Seq.of(0.0, -0.0, 0.1, Double.MIN_VALUE, 1e300, Double.POSITIVE_INFINITY),
        "NaNs",
            Seq.of(Double.NaN, new Scalar.Real(QUIET_NAN), new Scalar.Real(0xfff0_0000_0000_0001L)),
        "complex", new Scalar.Complex(Scalar.real(1.5), Scalar.real(-0.0)),
        "texts", Seq.of("", "é日本\ud83d\ude00", "a\u0000b", "\ud800", "$int", "\"\\\n\u2028"),
        "bytes",
            Seq.of(
                Scalar.Bytes.of(),
                Scalar.Bytes.of((byte) 0, (byte) -1),
                Scalar.Bytes.array((byte) 7)),
        "dtype", new Scalar.DTypeName(DType.BFLOAT16),
        "device", new Scalar.DeviceName(new Device("cuda:0")),
        "typed", new Scalar.Typed(DType.FLOAT32, (byte) 0, (byte) 0, (byte) 0x80, (byte) 0x3f),
        "global", new Scalar.GlobalName("torch.strided"));
  }

  private static Dict keys() {
    return Dict.of(
        0,
        Tensor.ones(1),
        -5,
        "int",
        "0",
        "text of a number",
        true,
        "bool",
        1.5,
        "float",
        Scalar.Nil.NONE,
        "None",
        Seq.tuple(1, "a"),
        Tensor.ones(2),
        Scalar.Bytes.of((byte) 1),
        "bytes",
        "$tensor",
        Dict.of("$int", "no tag"),
        "",
        Dict.of("", Tensor.ones(3)));
  }

  private static Dict containers() {
    List<Value> two = List.of(new Scalar.Int(1), new Scalar.Text("two"));
    return Dict.of(
        "tuple", Seq.of(Seq.Kind.TUPLE, two),
        "set", Seq.of(Seq.Kind.SET, two.subList(0, 1)),
        "frozenset", Seq.of(Seq.Kind.FROZENSET, two.subList(1, 2)),
        "size", Seq.size(Shape.of(2, 0, 3)),
        "ordered", Dict.builder(Dict.Kind.ORDERED).put("b", new Scalar.Int(1)).build(),
        "empty", Seq.of(Dict.EMPTY, Seq.of(), Seq.tuple(), Seq.of(Seq.Kind.SET, List.of())),
        "nested", Seq.of(Seq.of(Seq.of(Dict.of("deep", Seq.tuple(Tensor.ones(1)))))));
  }

  private static Dict traits() {
    Tensor conjugate =
        bits(DType.COMPLEX64, 0x4000_0000_3f80_0000L).withTraits(Traits.NONE.withConj(true));
    return Dict.of(
        "grad", Tensor.ones(2).withTraits(Traits.NONE.withRequiresGrad(true)),
        "parameter",
            Tensor.ones(2).withTraits(Traits.NONE.withParameter(true).withRequiresGrad(true)),
        "frozen parameter", Tensor.ones(2).withTraits(Traits.NONE.withParameter(true)),
        "numpy", Tensor.of(new double[] {1, 2}).withTraits(Traits.NONE.withNumpy(true)),
        "conjugate", conjugate,
        "on a device", onDevice("cuda:1"));
  }

  private static Tensor onDevice(String label) {
    byte[] bytes = new byte[12];
    Storage storage =
        Storage.deferred(
            bytes.length,
            new Device(label),
            (at, dst) -> dst.copyFrom(MemorySegment.ofArray(bytes).asSlice(at, dst.byteSize())));
    return Tensor.over(storage, DType.FLOAT32, Shape.of(3));
  }

  private static Dict sharedContainer() {
    Seq list = Seq.of(1, Tensor.ones(2));
    return Dict.of("a", list, "b", list, "c", Seq.of(list));
  }
}
