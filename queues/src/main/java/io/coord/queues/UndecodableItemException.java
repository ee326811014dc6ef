package io.coord.queues;

import io.coord.core.Bytes;
import io.coord.core.CoordException;

/**
 * An item was taken, and its codec could not make a value of it. The item has left the queue, so
 * that it does not stand in the way of the others; its bytes are here.
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
            + cause.getMessage()
            + "; it has been taken off the queue",
        cause);
    this.bytes = bytes;
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
