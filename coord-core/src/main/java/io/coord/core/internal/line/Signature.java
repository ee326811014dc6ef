package io.coord.core.internal.line;

import io.coord.core.Bytes;
import io.coord.core.internal.CoordRuntime;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * What a key in a line holds where its value has no other use: who put it there, and when by the
 * wall clock of that machine. For people to read; nothing is decided by it.
 *
 * @param since when it was put
 * @param client the name of the connection
 */
public record Signature(Instant since, String client) {

  private static final String SINCE = "since=";
  private static final String BY = " by=";

  /** The signature of a connection, at this moment. */
  public static Signature now(CoordRuntime coord) {
    return new Signature(coord.store().scheduler().timeOfDay(), coord.config().name());
  }

  /** The value of a key. */
  public Bytes encode() {
    return Bytes.utf8(SINCE + since + BY + client);
  }

  /** Reads a value; empty when it is none of ours. */
  public static Optional<Signature> parse(Bytes value) {
    String text = value.utf8();
    int by = text.indexOf(BY);
    if (!text.startsWith(SINCE) || by < 0) {
      return Optional.empty();
    }
    try {
      Instant since = Instant.parse(text.substring(SINCE.length(), by));
      return Optional.of(new Signature(since, text.substring(by + BY.length())));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
