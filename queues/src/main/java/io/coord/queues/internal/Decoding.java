package io.coord.queues.internal;

import io.coord.core.Bytes;
import io.coord.core.Codec;
import io.coord.queues.UndecodableItemException;
import java.util.Objects;

/** What a codec makes of an item, whatever the codec does. */
public final class Decoding {

  private Decoding() {}

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
