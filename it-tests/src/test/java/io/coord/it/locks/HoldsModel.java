package io.coord.it.locks;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Scheduler;
import io.coord.locks.LockHold;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Workers that acquire, give up, hold and release at random something that several may hold at
 * once. What they acquire and which rules a grant must keep is said by the subclass. All of them
 * must finish, and in the end, while the sessions still live, no key of theirs is left.
 */
abstract class HoldsModel {

  static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration LIMIT = Duration.ofMinutes(60);

  final SimulatedEtcd etcd;
  final SplittableRandom random;
  private final String places;
  private final int rounds;
  private final List<Worker> workers = new ArrayList<>();
  private final List<LockHold> told = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();
  private int grants;

  /**
   * A model of keys that begin like this.
   *
   * @param places what the keys of holders and waiters begin with
   */
  HoldsModel(SimulatedEtcd etcd, String places, int rounds) {
    this.etcd = etcd;
    this.random = new SplittableRandom(etcd.seed());
    this.places = places;
    this.rounds = rounds;
  }

  /** Begins to acquire in one of the ways there are. */
  abstract CompletableFuture<Optional<LockHold>> attempt(Session session);

  /** Reports what is wrong about a grant, given what others are held and what etcd stores now. */
  abstract void check(LockHold hold, List<LockHold> others, List<KeyValue> stored);

  /** May do something with a hold before it is released; gives the hold to release. */
  CompletableFuture<LockHold> use(LockHold hold) {
    return CompletableFuture.completedFuture(hold);
  }

  /** A future whose cancellation cancels the one that it comes from. */
  static <T> CompletableFuture<Optional<LockHold>> map(
      CompletableFuture<T> waiter, Function<T, Optional<LockHold>> view) {
    CompletableFuture<Optional<LockHold>> result = new CompletableFuture<>();
    Futures.onDone(
        waiter, value -> result.complete(view.apply(value)), result::completeExceptionally);
    Futures.onDone(
        result,
        value -> {},
        failure -> {
          if (result.isCancelled()) {
            waiter.cancel(true);
          }
        });
    return result;
  }

  void violated(String rule) {
    violations.add(rule);
  }

  /** Adds a connection with so many workers, each with a session of its own. */
  HoldsModel client(String name, int count) {
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
    if (!stored().isEmpty()) {
      throw new AssertionError("keys are left: " + stored());
    }
    return grants;
  }

  private List<KeyValue> stored() {
    return etcd.keys(KeyRange.prefix(Bytes.utf8(places)));
  }

  final void granted(LockHold hold) {
    if (!hold.isHeld()) {
      return;
    }
    grants++;
    told.removeIf(other -> !other.isHeld());
    check(hold, List.copyOf(told), stored());
    told.add(hold);
  }

  final Duration upTo(int millis) {
    return Duration.ofNanos(random.nextLong(millis * 1_000_000L));
  }

  /** One worker: a session, and round after round; a new session if the old one is lost. */
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
        scheduler.schedule(upTo(20), () -> acquire(session));
      } else {
        done = true;
      }
    }

    private void acquire(Session session) {
      CompletableFuture<Optional<LockHold>> attempt = attempt(session);
      if (random.nextInt(5) == 0) {
        scheduler.schedule(upTo(40), () -> attempt.cancel(true));
      }
      Futures.onDone(
          attempt,
          given -> given.ifPresentOrElse(hold -> hold(session, hold), () -> next(session)),
          failure -> next(session));
    }

    private void hold(Session session, LockHold hold) {
      granted(hold);
      scheduler.schedule(
          upTo(20),
          () ->
              Futures.onDone(use(hold), used -> release(session, used), failure -> next(session)));
    }

    private void release(Session session, LockHold hold) {
      scheduler.schedule(
          upTo(20), () -> Futures.onDone(hold.releaseAsync(), end -> next(session), failure -> {}));
    }
  }
}
