package org.statedict.checkpoint.sharded;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Escapes;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.Limits;
import org.statedict.checkpoint.spi.Json;

/// The index of a sharded checkpoint: which file holds which tensor.
///
/// `{"metadata": {...}, "weight_map": {"name": "file", ...}}`; only `weight_map` counts, and what
/// `metadata` says of sizes is often wrong in real files.
///
/// @param weightMap file names by tensor name, in the index's order
/// @param metadata the text and numbers under `metadata`, as text
record ShardIndex(SequencedMap<String, String> weightMap, SequencedMap<String, String> metadata) {
  private static final int DEPTH = 64;

  static ShardIndex parse(byte[] json, Where where, Limits limits) throws CheckpointException {
    Json in = Json.parse(json, where, DEPTH, Json.Strings.WELL_FORMED);
    in.enterObject("the index");
    SequencedMap<String, String> weights = null;
    SequencedMap<String, String> metadata = new LinkedHashMap<>();
    for (String name = in.nextName(); name != null; name = in.nextName()) {
      switch (name) {
        case "weight_map" -> weights = weightMap(in, limits);
        case "metadata" -> metadata(in, metadata);
        default -> in.skip();
      }
    }
    in.end();
    return new ShardIndex(
        Collections.unmodifiableSequencedMap(required(weights, where)),
        Collections.unmodifiableSequencedMap(metadata));
  }

  private static SequencedMap<String, String> required(
      @Nullable SequencedMap<String, String> weights, Where where) throws CheckpointException {
    if (weights == null) {
      throw new CheckpointException(where, "no weight_map; this is no index of shards");
    }
    return weights;
  }

  private static SequencedMap<String, String> weightMap(Json in, Limits limits)
      throws CheckpointException {
    SequencedMap<String, String> weights = new LinkedHashMap<>();
    in.enterObject("weight_map");
    for (String tensor = in.nextName(); tensor != null; tensor = in.nextName()) {
      limits.check(Limit.TENSORS, weights.size() + 1L, in.place());
      weights.put(tensor, in.string("the file of '" + Escapes.visible(tensor) + "'"));
    }
    return weights;
  }

  private static void metadata(Json in, SequencedMap<String, String> metadata)
      throws CheckpointException {
    if (!in.isObject()) {
      in.skip();
      return;
    }
    for (String key = in.nextName(); key != null; key = in.nextName()) {
      if (in.isString() || in.isInteger() || in.isFraction()) {
        metadata.put(key, in.token());
      } else {
        in.skip();
      }
    }
  }
}
