package io.coord.cli.show;

import io.coord.core.Bytes;
import io.coord.core.Contender;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a value looks like to people. */
public final class ValueText {

  private static final Pattern CONTROL = Pattern.compile("\\p{Cc}");

  private ValueText() {}

  /** What a candidate says; empty for one that is in a line without having something to say. */
  static Optional<String> of(Contender contender) {
    return contender.client().isPresent() || contender.value().isEmpty()
        ? Optional.empty()
        : Optional.of(of(contender.value()));
  }

  /** Readable bytes as they are, others with the escapes of {@link Bytes#toString()}. */
  public static String of(Bytes value) {
    return decode(value)
        .filter(text -> text.chars().noneMatch(Character::isISOControl))
        .orElseGet(value::toString);
  }

  /** The same, but what is text stays as it is, with its line ends. */
  public static String plain(Bytes value) {
    return decode(value).orElseGet(value::toString);
  }

  /**
   * A text with escapes for its control characters: what others call themselves, and the reasons
   * that they give, must neither end a line nor tell a terminal what to do.
   */
  static String onOneLine(String text) {
    return CONTROL
        .matcher(text)
        .replaceAll(found -> String.format("\\\\x%02x", (int) found.group().charAt(0)));
  }

  private static Optional<String> decode(Bytes value) {
    ByteBuffer bytes = ByteBuffer.wrap(value.toArray());
    try {
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
