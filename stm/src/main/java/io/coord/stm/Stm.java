package io.coord.stm;

import io.coord.core.Coord;
import io.coord.core.internal.CoordRuntime;
import io.coord.stm.internal.StmEngine;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Runs transactions: reads and writes of several keys that take effect together or not at all, and
 * as if nobody else had written in between.
 *
 * <pre>{@code
 * long moved =
 *     Stm.run(coord, tx -> {
 *           long balance = Long.parseLong(tx.get("accounts/a").orElse("0"));
 *           long half = balance / 2;
 *           tx.put("accounts/a", Long.toString(balance - half));
 *           tx.put("accounts/b", Long.toString(Long.parseLong(tx.get("accounts/b").orElse("0")) + half));
 *           return half;
 *         })
 *         .value();
 * }</pre>
 *
 * <p>The levels of {@link Isolation} are those of etcd's Go package; at the strongest, the default,
 * all reads of an attempt are of one revision, and the commit takes effect only if no key that was
 * read or written has changed since. Otherwise the body is run again, up to {@link
 * StmOptions#maxAttempts()} times, with growing random pauses. A failed commit brings back fresh
 * values of its keys and ranges, so that the next attempt needs no round trip to read them. A
 * transaction that wrote nothing needs no commit where its reads are of one revision: it takes
 * effect there.
 *
 * <pre>
 *   body      get a     get b      put a, put b
 *   etcd        |---------|-----------------------if a and b are as they were: put both; else read both
 *               revision of the reads             revision of the commit
 * </pre>
 *
 * <p>One that follows another of the same connection begins on what that one has read and written,
 * where {@link CommitSharing} lets it, and the commit checks that it is still so: one round trip in
 * all, as long as nobody else changes these keys. Its body may then see a snapshot that is older
 * than its call, but what it returns or throws is never the result of an old one.
 *
 * <p>Transactions that arrive while others of the same connection are being committed share the
 * next commit, where {@link CommitSharing} lets them. Each then sees, on top of its snapshot, what
 * the ones before it write, so that many on few keys do not fail one another; the effect is that of
 * running them one after another. One that is alone is sent at once.
 *
 * <p>A commit whose answer is lost is looked for, and counted once: see {@link UnknownOutcome}.
 *
 * <p>What remains in etcd: the keys that were written, and, while the connection is open, at most
 * as many small marker keys as it had commits under way at once.
 */
public final class Stm {

  private Stm() {}

  /**
   * Runs a transaction with the default options. See {@link #run(Coord, StmOptions,
   * TransactionBody)}.
   *
   * @param <R> the type of the body's value
   * @param <E> what the body may throw
   * @param coord the connection
   * @param body reads and writes; run by this thread
   * @return the body's value, and the revision of the commit
   * @throws E when the body throws it: nothing was written
   * @throws InterruptedException when the thread is interrupted
   */
  public static <R extends @Nullable Object, E extends Exception> StmResult<R> run(
      Coord coord, TransactionBody<R, E> body) throws E, InterruptedException {
    return run(coord, StmOptions.defaults(), body);
  }

  /**
   * Runs a transaction. Blocks until it is committed: for a round trip per key that is read, one
   * for the commit, and as much again for attempts that met a conflict, with pauses between them.
   *
   * <p>Interruption: nothing more is written, unless the commit was under way, or waited to be
   * shared with a transaction that has already read or overwritten what this one writes. Then it
   * may or may not have taken effect, and may yet.
   *
   * @param <R> the type of the body's value
   * @param <E> what the body may throw
   * @param coord the connection
   * @param options how it is attempted
   * @param body reads and writes; run by this thread
   * @return the body's value, and the revision of the commit
   * @throws E when the body throws it: nothing was written
   * @throws InterruptedException when the thread is interrupted
   * @throws IllegalStateException when called inside the body of another transaction of this
   *     connection
   * @throws io.coord.core.SessionLostException when a key was put under a lease that etcd does not
   *     have: nothing was written
   * @throws io.coord.core.GuardFailedException when something that was required is held no more:
   *     nothing was written
   * @throws StmConflictException when all attempts met a conflict: nothing was written
   * @throws io.coord.core.UnavailableException when no member answered in time: nothing was written
   * @throws io.coord.core.OutcomeUnknownException when the answer to the commit was lost and could
   *     not be found again, or was not to be looked for: it may have been applied, or may yet be
   * @throws io.coord.core.RefusedException when etcd refused the commit, or there were more
   *     operations than it takes: nothing was written
   * @throws io.coord.core.ClosedException when the connection is closed
   */
  public static <R extends @Nullable Object, E extends Exception> StmResult<R> run(
      Coord coord, StmOptions options, TransactionBody<R, E> body) throws E, InterruptedException {
    return StmEngine.of(CoordRuntime.of(coord)).run(options, body);
  }

  /**
   * Runs a transaction with the default options, without blocking. See {@link #runAsync(Coord,
   * StmOptions, TransactionBody)}.
   *
   * @param <R> the type of the body's value
   * @param coord the connection
   * @param body reads and writes; run by the connection's callback executor
   * @return gives what {@link #run(Coord, TransactionBody)} returns or throws
   */
  public static <R extends @Nullable Object> CompletableFuture<StmResult<R>> runAsync(
      Coord coord, TransactionBody<R, ? extends Exception> body) {
    return runAsync(coord, StmOptions.defaults(), body);
  }

  /**
   * Does what {@link #run(Coord, StmOptions, TransactionBody)} does, without blocking. The body is
   * run by the connection's callback executor, which must have threads of its own: the body's reads
   * block them. No thread waits for the commit or between attempts. Actions that are chained to the
   * future are run by the callback executor.
   *
   * <p>Cancelling the future: nothing more is written, unless the commit was under way, or waited
   * to be shared with a transaction that has already read or overwritten what this one writes. Then
   * it may or may not have taken effect, and may yet. A body that is being run goes on until its
   * next use of the transaction, which throws {@link java.util.concurrent.CancellationException}.
   *
   * @param <R> the type of the body's value
   * @param coord the connection
   * @param options how it is attempted
   * @param body reads and writes
   * @return gives what {@link #run(Coord, StmOptions, TransactionBody)} returns, or fails with what
   *     it throws
   */
  public static <R extends @Nullable Object> CompletableFuture<StmResult<R>> runAsync(
      Coord coord, StmOptions options, TransactionBody<R, ? extends Exception> body) {
    return StmEngine.of(CoordRuntime.of(coord)).runAsync(options, body);
  }

  /**
   * Returns what the transactions of a connection have come to. Does not block.
   *
   * @param coord the connection
   * @return the numbers as of now
   */
  public static StmCounters counters(Coord coord) {
    return StmEngine.of(CoordRuntime.of(coord)).counters();
  }
}
