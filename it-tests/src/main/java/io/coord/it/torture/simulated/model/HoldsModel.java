package io.coord.it.torture.simulated.model;

import io.coord.core.Bytes;
import io.coord.core.Session;
import io.coord.core.internal.Futures;
import io.coord.core.internal.line.Signature;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.WatchEvent;
import io.coord.testkit.sim.SimulatedEtcd;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Workers that acquire, give up by timeout or by cancelling, hold and release at random. What they
 * acquire, and which rules a grant must keep, is said by the subclass. For all of them:
 *
 * <ul>
 *   <li>all get on;
 *   <li>a hold stands for no longer than its keys are in etcd;
 *   <li>a hold whose guard was asked for is followed by nobody before its key is gone;
 *   <li>in the end, while the sessions still live, no key is left.
 * </ul>
 *
 * @param <H> what is held
 */
abstract class HoldsModel<H> implements Model {

  final SimulatedEtcd etcd;
  final Referee referee;
  private final Handling<H> handling;
  private final List<String> places;
  private final int rounds;
  private final List<Round> workers = new ArrayList<>();
  private final List<H> told = new ArrayList<>();
  private final Map<String, Long> present = new HashMap<>();
  private final Set<Long> guarded = new HashSet<>();
  private int done;
  private int grants;

  /**
   * @param places what the keys of holders and waiters begin with
   */
  HoldsModel(SimulatedEtcd etcd, Handling<H> handling, List<String> places, Scale scale) {
    this.etcd = etcd;
    this.referee = new Referee(etcd);
    this.handling = handling;
    this.places = places;
    this.rounds = scale.rounds();
    for (Worker worker : scale.workers(etcd, referee)) {
      workers.add(new Round(worker));
    }
    etcd.onCommit(this::committed);
  }

  /** Begins to acquire in one of the ways there are. */
  abstract CompletableFuture<Optional<H>> attempt(Session session);

  /** Reports what is wrong about a grant, given what others are held and what etcd stores now. */
  abstract void check(H hold, List<H> others, List<KeyValue> stored);

  /** May do something with a hold before it is released; gives the hold to release. */
  CompletableFuture<H> use(H hold) {
    return CompletableFuture.completedFuture(hold);
  }

  /** A future whose cancellation cancels the one that it comes from. */
  static <T, R> CompletableFuture<Optional<R>> map(
      CompletableFuture<T> waiter, Function<T, Optional<R>> view) {
    CompletableFuture<Optional<R>> result = new CompletableFuture<>();
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

  @Override
  public final int run() {
    workers.forEach(Round::begin);
    referee.until(
        () -> done == workers.size(),
        () -> (workers.size() - done) + " of " + workers.size() + " workers did not finish");
    referee.calm(Worker.TTL.multipliedBy(6));
    referee.nothingLeft(stored());
    return grants;
  }

  private List<KeyValue> stored() {
    return places.stream()
        .flatMap(place -> etcd.keys(KeyRange.prefix(Bytes.utf8(place))).stream())
        .toList();
  }

  final void granted(H hold) {
    if (!handling.isHeld().test(hold)) {
      return;
    }
    grants++;
    told.removeIf(other -> !handling.isHeld().test(other));
    check(hold, List.copyOf(told), stored());
    told.add(hold);
    if (referee.onceIn(3)) {
      handling.guard().accept(hold);
      guarded.addAll(handling.tokens().apply(hold));
    }
  }

  /**
   * Whether a key may be in etcd still when a later one of its kind in the same line is granted.
   */
  final boolean mayBeFollowedAtOnce(KeyValue earlier, KeyValue later) {
    return !guarded.contains(earlier.createRevision()) && client(earlier).equals(client(later));
  }

  private static Optional<String> client(KeyValue kv) {
    return Signature.parse(kv.value()).map(Signature::client);
  }

  private void committed(List<WatchEvent> events) {
    for (WatchEvent event : events) {
      String key = event.kv().key().utf8();
      if (event.type() == WatchEvent.Type.PUT) {
        present.put(key, event.kv().createRevision());
      } else {
        gone(Objects.requireNonNull(present.remove(key)));
      }
    }
  }

  private void gone(long token) {
    for (H hold : told) {
      boolean stands =
          handling.tokens().apply(hold).contains(token) && handling.isHeld().test(hold);
      referee.check(!stands, Rule.LOST_IN_TIME, () -> hold + " stands, but its key is gone");
    }
  }

  /** One worker, round after round. */
  private final class Round {

    private final Worker worker;
    private int round;

    Round(Worker worker) {
      this.worker = worker;
    }

    void begin() {
      worker.openSession(this::next);
    }

    private void next(Session session) {
      if (!session.isActive()) {
        worker.after(20, this::begin);
      } else if (round++ < rounds) {
        worker.after(20, () -> acquire(session));
      } else {
        done++;
      }
    }

    private void acquire(Session session) {
      CompletableFuture<Optional<H>> attempt = attempt(session);
      worker.note("wants", places);
      if (referee.onceIn(5)) {
        worker.after(40, () -> attempt.cancel(true));
      }
      referee.then(
          attempt,
          given -> given.ifPresentOrElse(hold -> hold(session, hold), () -> giveUp(session)),
          failure -> giveUp(session));
    }

    private void giveUp(Session session) {
      worker.note("goes without", places);
      next(session);
    }

    private void hold(Session session, H hold) {
      worker.note("has", hold);
      granted(hold);
      worker.after(
          20,
          () -> referee.then(use(hold), used -> release(session, used), failure -> next(session)));
    }

    private void release(Session session, H hold) {
      worker.after(
          20,
          () -> {
            worker.note("releases", hold);
            referee.then(
                handling.release().apply(hold),
                end -> next(session),
                failure -> referee.broken(Rule.NAMED_FAILURES, "a release failed: " + failure));
          });
    }
  }
}
