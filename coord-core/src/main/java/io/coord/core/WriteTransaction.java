package io.coord.core;

import java.util.concurrent.CompletableFuture;

/**
 * Writes that are applied together, and only if every required guard is true.
 *
 * <pre>{@code
 * coord.transaction().require(hold.guard()).put("row/7", "paid").commit();
 * }</pre>
 *
 * <p>Immutable: each method returns a new transaction. For transactions that read, use the {@code
 * stm} module.
 */
public interface WriteTransaction {

  /**
   * Adds a condition.
   *
   * @param guard what must be true for the transaction to be applied
   * @return the extended transaction
   */
  WriteTransaction require(Guard guard);

  /**
   * Adds a put.
   *
   * @param key the key; the same key must not be written twice
   * @param value the value
   * @return the extended transaction
   */
  WriteTransaction put(Bytes key, Bytes value);

  /**
   * Adds a put of text, as UTF-8.
   *
   * @param key the key; the same key must not be written twice
   * @param value the value
   * @return the extended transaction
   */
  default WriteTransaction put(String key, String value) {
    return put(Bytes.utf8(key), Bytes.utf8(value));
  }

  /**
   * Adds a deletion; a key that does not exist is ignored.
   *
   * @param key the key
   * @return the extended transaction
   */
  WriteTransaction delete(Bytes key);

  /**
   * Adds a deletion; a key that does not exist is ignored.
   *
   * @param key the key
   * @return the extended transaction
   */
  default WriteTransaction delete(String key) {
    return delete(Bytes.utf8(key));
  }

  /**
   * Applies the transaction. Blocks for one round trip, at most the request timeout.
   *
   * @return the revision at which it was applied
   * @throws GuardFailedException when a guard was not true; nothing was written
   * @throws OutcomeUnknownException when the answer was lost; the {@code stm} module resolves that
   * @throws UnavailableException when no member answered in time; nothing was written
   * @throws RefusedException when etcd refused it, for too many operations or too large values
   * @throws ClosedException when the connection is closed
   * @throws InterruptedException when the thread is interrupted while it waits; the transaction may
   *     have been applied
   */
  long commit() throws InterruptedException;

  /**
   * Does what {@link #commit()} does, without blocking. Cancelling the future does not undo
   * anything. Dependent actions run on the connection's callback executor.
   *
   * @return gives the revision at which it was applied
   */
  CompletableFuture<Long> commitAsync();
}
