package io.coord.cli.show;

import io.coord.core.Bytes;
import io.coord.core.Contender;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The value of a candidate. */
final class ValueText {

  private ValueText() {}

  /** As text; empty for one that is in a line without having something to say. */
  static Optional<String> of(Contender contender) {
    return contender.client().isPresent() || contender.value().isEmpty()
        ? Optional.empty()
        : Optional.of(text(contender.value()));
  }

  /** Readable bytes as they are, others with the escapes of {@link Bytes#toString()}. */
  private static String text(Bytes value) {
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value.toArray())).toString();
      return text.chars().anyMatch(Character::isISOControl) ? value.toString() : text;
    } catch (CharacterCodingException e) {
      return value.toString();
    }
  }
}
