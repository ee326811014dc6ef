package io.coord.queues;

import io.coord.core.Bytes;
import io.coord.core.CoordException;

/**
 * An item was taken, and its codec could not make a value of it. It does not stand in the way of
 * the others: a queue's item has left it, and a work queue's goes back, until it is dead. Its bytes
 * are here.
 */
public final class UndecodableItemException extends CoordException {

  private static final long serialVersionUID = 1L;

  private final transient Bytes bytes;

  /**
   * Creates the exception.
   *
   * @param key the item's key
   * @param bytes what it held
   * @param cause what the codec threw
   */
  public UndecodableItemException(String key, Bytes bytes, Throwable cause) {
    super(
        "item "
            + key
            + " of "
            + bytes.length()
            + " bytes is no encoding of a value: "
            + textOf(cause)
            + "; its bytes are with this exception",
        cause);
    this.bytes = bytes;
  }

  /** What a codec throws is the user's code, too, and may throw when it is asked for its text. */
  private static String textOf(Throwable cause) {
    try {
      return String.valueOf(cause.getMessage());
    } catch (RuntimeException | Error noText) {
      return cause.getClass().getName() + ", whose text could not be had";
    }
  }

  /**
   * Returns what the item held.
   *
   * @return the bytes
   */
  public Bytes bytes() {
    return bytes;
  }
}
