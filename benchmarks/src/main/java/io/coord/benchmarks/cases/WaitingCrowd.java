package io.coord.benchmarks.cases;

import io.coord.benchmarks.Batch;
import io.coord.benchmarks.BenchException;
import io.coord.benchmarks.Pause;
import io.coord.benchmarks.Probe;
import io.coord.core.Bytes;
import io.coord.core.Release;
import io.coord.core.Session;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.RangeRequest;
import io.coord.locks.LockHold;
import io.coord.locks.Mutex;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Locks that one session holds, and waiters of another session in the lines of them. */
final class WaitingCrowd {

  private static final int TAKEN_AT_ONCE = 64;
  private static final Duration LOOK = Duration.ofMillis(50);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final List<Turns> turns = new ArrayList<>();
  private final List<LockHold> holds = new ArrayList<>();
  private final List<CompletableFuture<LockHold>> waits = new ArrayList<>();

  private WaitingCrowd() {}

  /**
   * Takes all locks, lets the waiters join, and waits until they stand in line.
   *
   * @param prefix what the locks' names begin with
   */
  static WaitingCrowd gather(Session holder, Session waiter, String prefix, int locks, int waiters)
      throws InterruptedException {
    WaitingCrowd crowd = new WaitingCrowd();
    for (int i = 0; i < locks; i++) {
      LockHold hold = Mutex.of(holder, prefix + i).lock();
      Turns turn = new Turns();
      turn.begin(hold.fencingToken().value());
      crowd.holds.add(hold);
      crowd.turns.add(turn);
    }
    for (int i = 0; i < waiters; i++) {
      crowd.waits.add(Mutex.of(waiter, prefix + i % locks).lockAsync());
    }
    awaitKeys(waiter, prefix, locks + waiters);
    return crowd;
  }

  private static void awaitKeys(Session session, String prefix, int expected)
      throws InterruptedException {
    RangeRequest count = RangeRequest.of(KeyRange.prefix(Bytes.utf8(prefix))).countOnly();
    long begunAt = System.nanoTime();
    long found = 0;
    while (System.nanoTime() - begunAt < LIMIT.toNanos()) {
      found = Futures.await(CoordRuntime.of(session.coord()).store().range(count)).count();
      if (found == expected) {
        return;
      }
      Pause.of(LOOK);
    }
    throw new BenchException(
        found + " keys stand in line after " + LIMIT + "; expected " + expected);
  }

  int locks() {
    return holds.size();
  }

  /** How often two held one lock at the same time, or a token did not rise. */
  long violations() {
    return turns.stream().mapToLong(Turns::violations).sum();
  }

  /** Releases all locks, and lets every waiter have its turn and release. */
  void letGo(Probe probe) throws InterruptedException {
    long begunAt = System.nanoTime();
    List<CompletableFuture<Void>> ended = new ArrayList<>();
    for (int i = 0; i < waits.size(); i++) {
      Turns turn = turns.get(i % turns.size());
      ended.add(
          waits
              .get(i)
              .thenCompose(hold -> takeTurn(hold, turn))
              .thenRun(() -> probe.ended(begunAt)));
    }
    Batch.run(holds.size(), TAKEN_AT_ONCE, new Probe(), this::release);
    CompletableFuture<Void> all =
        CompletableFuture.allOf(ended.toArray(CompletableFuture<?>[]::new));
    Futures.await(all.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS));
  }

  private CompletableFuture<Release> release(int lock) {
    turns.get(lock).end();
    return holds.get(lock).releaseAsync();
  }

  private static CompletableFuture<Release> takeTurn(LockHold hold, Turns turn) {
    turn.begin(hold.fencingToken().value());
    turn.end();
    return hold.releaseAsync();
  }
}
