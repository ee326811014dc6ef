package io.coord.queues.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.line.Signature;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/**
 * What is stored of an item of a work queue.
 *
 * @param state why it is where it is
 * @param attempts how often it has been claimed
 * @param id its deduplication id
 * @param reason why the last attempt failed, or who has claimed it and when
 * @param since when it was enqueued
 * @param payload the user's value
 */
public record WorkRecord(
    State state,
    int attempts,
    Optional<String> id,
    String reason,
    Optional<Instant> since,
    Bytes payload) {

  /** What happens to an item. */
  public enum State {
    /** It may be claimed, or is dead. */
    AT_REST('r'),
    /** Somebody works on it. */
    CLAIMED('c'),
    /** It may not be claimed yet. */
    DELAYED('d');

    private final byte code;

    State(char code) {
      this.code = (byte) code;
    }

    private static State of(byte code) {
      for (State state : values()) {
        if (state.code == code) {
          return state;
        }
      }
      return AT_REST;
    }
  }

  private static final byte VERSION = 2;
  private static final long UNKNOWN = -1;
  private static final int MOST_REASON = 1_000;
  private static final int FIXED = 2 + Long.BYTES + 3 * Integer.BYTES;

  static WorkRecord fresh(State state, Optional<String> id, Instant now, Bytes payload) {
    return new WorkRecord(state, 0, id, "", Optional.of(now), payload);
  }

  WorkRecord claimedBy(Signature claimer) {
    return attempted(State.CLAIMED, claimer.encode().utf8());
  }

  /** After one more attempt, which failed. */
  WorkRecord failed(State next, String why) {
    return attempted(next, shortened(why));
  }

  private WorkRecord attempted(State next, String why) {
    return new WorkRecord(next, attempts + 1, id, why, since, payload);
  }

  /** Who has claimed it, and when; empty when nobody has. */
  Optional<Signature> claimer() {
    return state == State.CLAIMED ? Signature.parse(Bytes.utf8(reason)) : Optional.empty();
  }

  WorkRecord after(State next, String why) {
    return new WorkRecord(next, attempts, id, shortened(why), since, payload);
  }

  private static String shortened(String why) {
    return why.length() > MOST_REASON ? why.substring(0, MOST_REASON) : why;
  }

  WorkRecord fresh() {
    return new WorkRecord(State.AT_REST, 0, id, reason, since, payload);
  }

  Bytes encode() {
    byte[] idBytes = id.orElse("").getBytes(StandardCharsets.UTF_8);
    byte[] reasonBytes = reason.getBytes(StandardCharsets.UTF_8);
    ByteBuffer to =
        ByteBuffer.allocate(FIXED + idBytes.length + reasonBytes.length + payload.length());
    to.put(VERSION).put(state.code);
    to.putLong(since.map(Instant::toEpochMilli).orElse(UNKNOWN)).putInt(attempts);
    to.putInt(id.isPresent() ? idBytes.length : -1).put(idBytes);
    to.putInt(reasonBytes.length).put(reasonBytes);
    to.put(payload.toArray());
    return Bytes.wrap(to.array());
  }

  /** Reads a record; what is none, put by hand say, is taken for the value of a fresh item. */
  static WorkRecord decode(Bytes bytes) {
    if (bytes.length() < FIXED || bytes.at(0) != VERSION) {
      return stranger(bytes);
    }
    try {
      return decode(ByteBuffer.wrap(bytes.toArray()));
    } catch (BufferUnderflowException | IllegalArgumentException noRecord) {
      return stranger(bytes);
    }
  }

  private static WorkRecord stranger(Bytes bytes) {
    return new WorkRecord(State.AT_REST, 0, Optional.empty(), "", Optional.empty(), bytes);
  }

  private static WorkRecord decode(ByteBuffer from) {
    from.get();
    State state = State.of(from.get());
    long since = from.getLong();
    int attempts = from.getInt();
    if (attempts < 0 || attempts == Integer.MAX_VALUE) {
      throw new IllegalArgumentException(attempts + " attempts; expected 0 or more");
    }
    int idLength = from.getInt();
    Optional<String> id = idLength < 0 ? Optional.empty() : Optional.of(text(from, idLength));
    String reason = text(from, from.getInt());
    byte[] payload = new byte[from.remaining()];
    from.get(payload);
    Optional<Instant> known =
        since == UNKNOWN ? Optional.empty() : Optional.of(Instant.ofEpochMilli(since));
    return new WorkRecord(state, attempts, id, reason, known, Bytes.wrap(payload));
  }

  private static String text(ByteBuffer from, int length) {
    if (length < 0 || length > from.remaining()) {
      throw new IllegalArgumentException("a text of " + length + " bytes; expected one within");
    }
    byte[] text = new byte[length];
    from.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }
}
