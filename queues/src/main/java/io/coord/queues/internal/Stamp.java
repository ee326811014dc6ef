package io.coord.queues.internal;

import java.time.Instant;
import java.util.Optional;

/**
 * When something came into a queue, by the wall clock of the machine that put it. For people to
 * see; nothing is decided by it.
 */
final class Stamp {

  /** Enough until the year 2500, and of one length, so that keys stay in order. */
  private static final int HEX_DIGITS = 11;

  private static final int RADIX = 16;

  private Stamp() {}

  /** A moment, in milliseconds, as it stands at the end of a key. */
  static String of(Instant moment) {
    String hex = Long.toHexString(moment.toEpochMilli());
    return "0".repeat(HEX_DIGITS - hex.length()) + hex;
  }

  /** What the end of a key of ours says. */
  static Optional<Instant> read(String hex) {
    return hex.matches("[0-9a-f]{" + HEX_DIGITS + "}")
        ? Optional.of(Instant.ofEpochMilli(Long.parseLong(hex, RADIX)))
        : Optional.empty();
  }

  /** What a key of etcd's Go recipe says, which is nothing but its time in nanoseconds. */
  static Optional<Instant> readGo(String nanos) {
    return nanos.matches("[1-8][0-9]{18}")
        ? Optional.of(Instant.ofEpochSecond(0, Long.parseLong(nanos)))
        : Optional.empty();
  }
}
