package io.coord.stm;

import org.jspecify.annotations.Nullable;

/**
 * What a transaction does. It may be run several times, so it must have no effect of its own beside
 * those on the {@link Transaction}.
 *
 * @param <R> the type of its value
 * @param <E> what it may throw
 */
@FunctionalInterface
public interface TransactionBody<R extends @Nullable Object, E extends Exception> {

  /**
   * Reads and writes through the transaction.
   *
   * @param tx the transaction; of use only in this call and on this thread
   * @return the value that {@link Stm} hands to its caller
   * @throws E when the transaction is to be abandoned: nothing is written, and the caller gets this
   *     exception as it is
   * @throws InterruptedException when the thread is interrupted while it waits for a read
   */
  R execute(Transaction tx) throws E, InterruptedException;
}
