package org.statedict.checkpoint.spi;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Escapes;

/// The one way to read JSON here: pulled token by token, strict, every error with its byte.
///
/// Bytes are decoded as strict UTF-8 first. Duplicate keys are refused at every level after
/// unescaping, nesting is bounded, numbers keep their exact text, and nothing but white space may
/// follow the value.
public final class Json {
  /// What strings may hold.
  public enum Strings {
    /// Well-formed text alone.
    WELL_FORMED,
    /// Escaped unpaired surrogates too, as Python's strings may hold them.
    WITH_LONE_SURROGATES
  }

  private final String text;
  private final Where where;
  private final Strings strings;
  private final JsonParser parser;

  private Json(String text, Where where, Strings strings, JsonParser parser) {
    this.text = text;
    this.where = where;
    this.strings = strings;
    this.parser = parser;
  }

  /// Begins to read a JSON text, positioned at its value.
  ///
  /// @param where the place of the text; its offset is where the text begins
  /// @param depth the most levels of objects and arrays
  /// @throws CheckpointException if the bytes are not UTF-8, or hold no value
  public static Json parse(byte[] utf8, Where where, int depth, Strings strings)
      throws CheckpointException {
    Json json = open(decode(utf8, where), where, depth, strings);
    json.advance();
    return json;
  }

  private static Json open(String text, Where where, int depth, Strings strings)
      throws CheckpointException {
    StreamReadConstraints bounds =
        StreamReadConstraints.builder()
            .maxNestingDepth(depth)
            .maxStringLength(Integer.MAX_VALUE)
            .maxNameLength(Integer.MAX_VALUE)
            .maxNumberLength(1000)
            .build();
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(bounds)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    try {
      return new Json(text, where, strings, factory.createParser(text));
    } catch (IOException e) {
      throw new CheckpointException(where, "is no JSON", e);
    }
  }

  private static String decode(byte[] utf8, Where where) throws CheckpointException {
    ByteBuffer bytes = ByteBuffer.wrap(utf8);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new CheckpointException(
          where.at(base(where) + bytes.position()), "is not UTF-8; the file is damaged", e);
    }
  }

  private static long base(Where where) {
    return Math.max(0, where.byteOffset());
  }

  private void advance() throws CheckpointException {
    try {
      parser.nextToken();
      if (parser.currentToken() == null) {
        throw fail("the JSON ends too early");
      }
      check();
    } catch (JsonProcessingException e) {
      throw malformed(e);
    } catch (IOException e) {
      throw new CheckpointException(where, "is no JSON", e);
    }
  }

  private CheckpointException malformed(JsonProcessingException e) {
    String problem = Objects.requireNonNullElse(e.getOriginalMessage(), "is no JSON");
    long at = e.getLocation() == null ? 0 : e.getLocation().getCharOffset();
    String first = problem.lines().findFirst().orElse(problem);
    return new CheckpointException(
        placeOf(at), "no well-formed JSON: " + Escapes.visible(first), e);
  }

  private void check() throws CheckpointException, IOException {
    switch (parser.currentToken()) {
      case FIELD_NAME, VALUE_STRING -> requireWellFormed(parser.getText());
      case VALUE_NUMBER_FLOAT, VALUE_NUMBER_INT -> {
        if (Double.isInfinite(Double.parseDouble(parser.getText()))) {
          throw fail("a number beyond every double");
        }
      }
      default -> {}
    }
  }

  private void requireWellFormed(String string) throws CheckpointException {
    if (strings == Strings.WITH_LONE_SURROGATES) {
      return;
    }
    boolean lone =
        string
            .codePoints()
            .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    if (lone) {
      throw fail("a string with an unpaired surrogate");
    }
  }

  /// The place of the current token.
  public Where place() {
    return placeOf(parser.currentTokenLocation().getCharOffset());
  }

  private Where placeOf(long chars) {
    int end = Math.clamp(chars, 0, text.length());
    long bytes = text.substring(0, end).getBytes(StandardCharsets.UTF_8).length;
    return where.at(base(where) + bytes);
  }

  /// The refusal of the current token.
  public CheckpointException fail(String problem) {
    return new CheckpointException(place(), problem);
  }

  // --- pulling

  public boolean isObject() {
    return parser.currentToken() == JsonToken.START_OBJECT;
  }

  public boolean isArray() {
    return parser.currentToken() == JsonToken.START_ARRAY;
  }

  public boolean isString() {
    return parser.currentToken() == JsonToken.VALUE_STRING;
  }

  public boolean isInteger() {
    return parser.currentToken() == JsonToken.VALUE_NUMBER_INT;
  }

  public boolean isFraction() {
    return parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT;
  }

  public boolean isNull() {
    return parser.currentToken() == JsonToken.VALUE_NULL;
  }

  /// The truth value, if the current value is one.
  public @Nullable Boolean truth() {
    return switch (parser.currentToken()) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }

  /// Enters an object; call [#nextName()] for its members.
  ///
  /// @throws CheckpointException if the current value is none
  public void enterObject(String what) throws CheckpointException {
    if (!isObject()) {
      throw fail(what + " is no object");
    }
  }

  /// The name of the next member, whose value is current afterwards; null at the end of the object.
  public @Nullable String nextName() throws CheckpointException {
    advance();
    if (parser.currentToken() == JsonToken.END_OBJECT) {
      return null;
    }
    try {
      String name = parser.currentName();
      advance();
      return name;
    } catch (IOException e) {
      throw new CheckpointException(where, "is no JSON", e);
    }
  }

  /// Enters an array; call [#nextItem()] for its items.
  ///
  /// @throws CheckpointException if the current value is none
  public void enterArray(String what) throws CheckpointException {
    if (!isArray()) {
      throw fail(what + " is no array");
    }
  }

  /// Whether there is another item, which is current afterwards.
  public boolean nextItem() throws CheckpointException {
    advance();
    return parser.currentToken() != JsonToken.END_ARRAY;
  }

  /// The current value, which must be a string.
  public String string(String what) throws CheckpointException {
    if (!isString()) {
      throw fail(what + " is no string");
    }
    return token();
  }

  /// The exact text of the current number, or the content of the current string.
  public String token() throws CheckpointException {
    try {
      return parser.getText();
    } catch (IOException e) {
      throw new CheckpointException(where, "is no JSON", e);
    }
  }

  /// The current value, which must be an integer token of 0 to 2^63-1.
  public long unsigned(String what) throws CheckpointException {
    String token = isInteger() ? token() : "";
    if (token.isEmpty() || token.startsWith("-") || token.length() > 19) {
      throw fail(what + " is no integer of 0 to 2^63-1");
    }
    try {
      return Long.parseLong(token);
    } catch (NumberFormatException e) {
      throw fail(what + " is no integer of 0 to 2^63-1");
    }
  }

  /// Passes over the current value, which must be well-formed all the same.
  public void skip() throws CheckpointException {
    int open = isObject() || isArray() ? 1 : 0;
    while (open > 0) {
      advance();
      switch (parser.currentToken()) {
        case START_OBJECT, START_ARRAY -> open++;
        case END_OBJECT, END_ARRAY -> open--;
        default -> {}
      }
    }
  }

  /// Checks that nothing follows the value.
  public void end() throws CheckpointException {
    try {
      if (parser.nextToken() != null) {
        throw fail("something behind the JSON value");
      }
    } catch (JsonProcessingException e) {
      throw malformed(e);
    } catch (IOException e) {
      throw new CheckpointException(where, "is no JSON", e);
    }
  }
}
