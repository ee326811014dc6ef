package io.coord.stm;

import io.coord.core.Bytes;
import io.coord.core.CoordException;
import java.util.List;

/**
 * The transaction was given up: in every attempt that {@link StmOptions#maxAttempts()} allows,
 * somebody else changed a key before the commit. Nothing was written; it may be repeated.
 */
public final class StmConflictException extends CoordException {

  private static final long serialVersionUID = 1L;

  private final transient List<Bytes> keys;
  private final int attempts;

  /**
   * Creates the exception.
   *
   * @param keys the keys that had changed when the last attempt was committed
   * @param attempts how often the body was run
   */
  public StmConflictException(List<Bytes> keys, int attempts) {
    super(message(keys, attempts), null);
    this.keys = List.copyOf(keys);
    this.attempts = attempts;
  }

  /**
   * Returns the keys that had changed when the last attempt was committed.
   *
   * @return the keys in the order of their first use; empty when the last attempt failed for
   *     another reason: its snapshot was compacted away, or the answer to its commit was lost
   */
  public List<Bytes> keys() {
    return keys;
  }

  /**
   * Returns how often the body was run.
   *
   * @return the number of attempts
   */
  public int attempts() {
    return attempts;
  }

  private static String message(List<Bytes> keys, int attempts) {
    String last =
        keys.isEmpty()
            ? "the last one did not find its snapshot or its answer again"
            : "in the last one these keys were changed by others: " + keys;
    return "the transaction was given up after "
        + attempts
        + (attempts == 1 ? " attempt; " : " attempts; ")
        + last
        + "; allow more attempts, touch fewer keys, or have fewer writers at once";
  }
}
