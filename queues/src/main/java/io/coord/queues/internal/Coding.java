package io.coord.queues.internal;

import io.coord.core.Bytes;
import io.coord.core.Codec;
import io.coord.queues.UndecodableItemException;
import java.util.Objects;

/** What a codec makes of values and of items, whatever the codec does. */
public final class Coding {

  private Coding() {}

  /**
   * Gives a codec, if there is one: without it an item would be taken that nobody can read.
   *
   * @throws NullPointerException when it is null
   */
  public static <T> Codec<T> check(Codec<T> codec) {
    return Objects.requireNonNull(codec, "the codec is null; expected one, such as Codec.utf8()");
  }

  /**
   * Encodes a value. Takes no null, nor gives one.
   *
   * @throws NullPointerException when the value is null, or the codec gives none
   */
  public static <T> Bytes encode(Codec<T> codec, T value) {
    Objects.requireNonNull(value, "the value is null; expected one that the codec can encode");
    return Objects.requireNonNull(
        codec.encode(value), () -> "the codec gave null for a value of " + value.getClass());
  }

  /**
   * Decodes an item. Catches errors too, and takes no null: an item that has left its queue is
   * nowhere but with the exception.
   *
   * @param item names it for people
   * @throws UndecodableItemException when the codec gives no value
   */
  public static <T> T decode(Codec<T> codec, String item, Bytes bytes) {
    try {
      return Objects.requireNonNull(codec.decode(bytes), "the codec gave null");
    } catch (RuntimeException | Error e) {
      throw new UndecodableItemException(item, bytes, e);
    }
  }
}
