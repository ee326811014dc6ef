package io.coord.stm.internal;

import io.coord.core.internal.Attachment;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.Pauses;
import io.coord.core.internal.store.Store;
import io.coord.stm.StmCounters;
import io.coord.stm.StmOptions;
import io.coord.stm.StmResult;
import io.coord.stm.Transaction;
import io.coord.stm.TransactionBody;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What the transactions of one connection share; it lives as long as the connection. */
public final class StmEngine implements Attachment {

  /** Far apart in the generator's sequence, so that no two transactions draw the same pauses. */
  private static final long SEED_STEP = 0x9e3779b97f4a7c15L;

  private final CoordRuntime coord;
  private final Pauses pauses;
  private final Committer committer;
  private final Convoy convoy;
  private final RightOfWay rightOfWay;
  private final Tally tally;
  private final AtomicLong nextSeed;

  /** Of this connection: a transaction of another one inside the body is the body's own affair. */
  @SuppressWarnings("ThreadLocalUsage")
  private final ThreadLocal<Boolean> runsABody = ThreadLocal.withInitial(() -> false);

  private StmEngine(CoordRuntime coord) {
    this.coord = coord;
    this.pauses = new Pauses(coord.config().name(), coord.store().scheduler());
    this.committer = new Committer(coord);
    this.convoy = new Convoy(coord.store(), committer);
    this.rightOfWay = new RightOfWay(coord.config().name(), coord.store().scheduler());
    this.tally = new Tally(coord.callbacks(), coord.config().name());
    this.nextSeed = new AtomicLong(coord.store().scheduler().randomLong());
  }

  /** The connection's engine; made with its first transaction, and closed by it. */
  public static StmEngine of(CoordRuntime coord) {
    return coord.attachment(StmEngine.class, StmEngine::new);
  }

  /** Runs the body on this thread; see {@link io.coord.stm.Stm}. */
  public <R extends @Nullable Object, E extends Exception> StmResult<R> run(
      StmOptions options, TransactionBody<R, E> body) throws E, InterruptedException {
    checkNotNested();
    CallerExecutor caller = new CallerExecutor();
    CompletableFuture<StmResult<R>> result = new StmRun<>(this, options, body, caller).start();
    try {
      caller.runUntilDone(result);
    } catch (InterruptedException e) {
      result.cancel(false);
      throw e;
    }
    if (result.isCompletedExceptionally()) {
      Throwable failure = result.handle((value, thrown) -> thrown).join();
      if (failure instanceof Error error) {
        throw error;
      }
      // Unchecked, an InterruptedException, or what the body threw: that can only be an E.
      @SuppressWarnings("unchecked")
      E exception = (E) failure;
      throw exception;
    }
    return result.join();
  }

  /** Runs the body on the callback executor; see {@link io.coord.stm.Stm}. */
  public <R extends @Nullable Object> CompletableFuture<StmResult<R>> runAsync(
      StmOptions options, TransactionBody<R, ? extends Exception> body) {
    checkNotNested();
    return new StmRun<>(this, options, body, coord.callbacks()).start();
  }

  /** What has become of the transactions so far. */
  public StmCounters counters() {
    return tally.counters();
  }

  /**
   * Ends the pauses between attempts, and the waiting for others, with a {@link
   * io.coord.core.ClosedException}.
   */
  @Override
  public void close() {
    committer.close();
    pauses.close();
    rightOfWay.close();
  }

  /** Runs a body on this thread, which must not begin another transaction of this connection. */
  <R extends @Nullable Object, E extends Exception> R execute(
      TransactionBody<R, E> body, Transaction tx) throws E, InterruptedException {
    runsABody.set(true);
    try {
      return body.execute(tx);
    } finally {
      runsABody.remove();
    }
  }

  private void checkNotNested() {
    if (runsABody.get()) {
      throw new IllegalStateException(
          "a transaction was begun inside the body of another one, of which it would be no part;"
              + " read and write through the body's own transaction, or begin the other after it");
    }
  }

  Store store() {
    return coord.store();
  }

  Committer committer() {
    return committer;
  }

  Pauses pauses() {
    return pauses;
  }

  Convoy convoy() {
    return convoy;
  }

  RightOfWay rightOfWay() {
    return rightOfWay;
  }

  Tally tally() {
    return tally;
  }

  Backoff backoff(StmOptions options) {
    return new Backoff(options, new SplittableRandom(nextSeed.getAndAdd(SEED_STEP)));
  }
}
