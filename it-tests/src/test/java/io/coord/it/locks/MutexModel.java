package io.coord.it.locks;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Scheduler;
import io.coord.locks.LockHold;
import io.coord.locks.Mutex;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/**
 * Workers that lock, try, give up by timeout or by cancelling, hold and release at random, and what
 * must hold whatever happens to them:
 *
 * <ul>
 *   <li>no two hold at once, and tokens rise from grant to grant;
 *   <li>in the end, when nobody wants the lock any more, no key is left, though the sessions live.
 * </ul>
 */
final class MutexModel {

  private static final String NAME = "orders";
  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration LIMIT = Duration.ofMinutes(60);

  private final SimulatedEtcd etcd;
  private final SplittableRandom random;
  private final int rounds;
  private final List<Worker> workers = new ArrayList<>();
  private final List<LockHold> told = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();
  private long lastToken;
  private int grants;

  MutexModel(SimulatedEtcd etcd, int rounds) {
    this.etcd = etcd;
    this.random = new SplittableRandom(etcd.seed());
    this.rounds = rounds;
  }

  /** Adds a connection with so many workers, each with a session of its own. */
  MutexModel client(String name, int count) {
    Coord coord = etcd.coord(name);
    for (int i = 0; i < count; i++) {
      workers.add(new Worker(coord));
    }
    return this;
  }

  /** Runs until every worker has done its rounds; gives the number of grants. */
  int run() {
    workers.forEach(Worker::openSession);
    boolean ended =
        etcd.run(
            () -> !violations.isEmpty() || workers.stream().allMatch(worker -> worker.done), LIMIT);
    if (!violations.isEmpty()) {
      throw new AssertionError(violations.get(0));
    }
    if (!ended) {
      throw new AssertionError("not all workers finished within " + LIMIT + " of virtual time");
    }
    etcd.faults().calm();
    etcd.runFor(TTL.multipliedBy(6));
    if (!etcd.keys(KeyRange.prefix(Bytes.utf8(NAME + "/"))).isEmpty()) {
      throw new AssertionError("keys are left: " + etcd.keys(KeyRange.prefix(Bytes.EMPTY)));
    }
    return grants;
  }

  private void granted(LockHold hold) {
    grants++;
    long token = hold.fencingToken().value();
    told.removeIf(other -> !other.isHeld());
    told.forEach(other -> violations.add(hold + " was given while " + other + " is held"));
    told.add(hold);
    if (token <= lastToken) {
      violations.add(hold + " was given after token " + lastToken);
    }
    lastToken = token;
  }

  /** One worker: a session, and the lock again and again; a new session if the old one is lost. */
  private final class Worker {

    private final Coord coord;
    private final Scheduler scheduler;
    private int round;
    private boolean done;

    Worker(Coord coord) {
      this.coord = coord;
      this.scheduler = CoordRuntime.of(coord).store().scheduler();
    }

    void openSession() {
      Futures.onDone(
          coord.openSessionAsync(TTL),
          this::next,
          failure -> scheduler.schedule(upTo(500), this::openSession));
    }

    private void next(Session session) {
      if (!session.isActive()) {
        scheduler.schedule(upTo(20), this::openSession);
      } else if (round++ < rounds) {
        scheduler.schedule(upTo(20), () -> lock(session));
      } else {
        done = true;
      }
    }

    private void lock(Session session) {
      Mutex mutex = Mutex.of(session, NAME);
      CompletableFuture<Optional<LockHold>> attempt =
          switch (random.nextInt(5)) {
            case 0, 1 -> mutex.lockAsync().thenApply(Optional::of);
            case 2 -> mutex.tryLockAsync();
            case 3 -> mutex.tryLockAsync(upTo(40));
            default -> cancelledSoon(mutex.lockAsync()).thenApply(Optional::of);
          };
      Futures.onDone(
          attempt,
          given -> given.ifPresentOrElse(hold -> hold(session, hold), () -> next(session)),
          failure -> next(session));
    }

    private CompletableFuture<LockHold> cancelledSoon(CompletableFuture<LockHold> waiter) {
      scheduler.schedule(upTo(40), () -> waiter.cancel(true));
      return waiter;
    }

    private void hold(Session session, LockHold hold) {
      if (hold.isHeld()) {
        granted(hold);
      }
      scheduler.schedule(
          upTo(20), () -> Futures.onDone(hold.releaseAsync(), end -> next(session), failure -> {}));
    }

    private Duration upTo(int millis) {
      return Duration.ofNanos(random.nextLong(millis * 1_000_000L));
    }
  }
}
