package io.coord.it.torture.simulated.model;

import io.coord.barriers.Barrier;
import io.coord.barriers.BarrierHeldException;
import io.coord.core.Bytes;
import io.coord.core.OutcomeUnknownException;
import io.coord.core.UnavailableException;
import io.coord.core.internal.store.KeyRange;
import io.coord.it.torture.simulated.model.KeyTruth.Moment;
import io.coord.testkit.sim.SimulatedEtcd;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Workers that hold a barrier, release it, and wait at it:
 *
 * <ul>
 *   <li>nobody passes, and nobody is told that it is released, unless it was not held at some time
 *       since the call;
 *   <li>a release that says that its outcome is unknown says so since it was held;
 *   <li>who is told that it holds the barrier made the key, once; who is told that it is held
 *       already was told what was so;
 *   <li>when it is released in the end, all pass.
 * </ul>
 */
public final class BarrierModel implements Model {

  private static final String NAME = "gate";

  private final SimulatedEtcd etcd;
  private final Referee referee;
  private final KeyTruth truth = new KeyTruth(Bytes.utf8(NAME));
  private final List<Guest> guests = new ArrayList<>();
  private int holds;
  private int passed;

  /** A barrier with so many workers. */
  public BarrierModel(SimulatedEtcd etcd, Scale scale) {
    this.etcd = etcd;
    this.referee = new Referee(etcd);
    etcd.onCommit(truth::committed);
    for (Worker worker : scale.workers(etcd, referee)) {
      guests.add(new Guest(worker, scale.rounds()));
    }
  }

  @Override
  public int run() {
    guests.forEach(Guest::next);
    referee.until(
        () -> guests.stream().allMatch(guest -> guest.left < 0 && guest.changing == 0),
        () -> "not all calls ended");
    etcd.faults().calm();
    guests.get(0).releaseAtLast();
    referee.until(
        () -> guests.stream().allMatch(guest -> guest.waiting == 0), () -> "not all passed");
    referee.runFor(Worker.TTL.multipliedBy(6));
    referee.check(
        truth.timesPresent() == holds,
        Rule.ONCE,
        () -> "held " + holds + " times, made " + truth.timesPresent() + " times");
    referee.verdict();
    referee.nothingLeft(etcd.keys(KeyRange.single(Bytes.utf8(NAME))));
    return passed;
  }

  /** One who uses the barrier in all ways. */
  private final class Guest {

    private final Worker worker;
    private final Barrier barrier;
    private int left;
    private int changing;
    private int waiting;

    Guest(Worker worker, int rounds) {
      this.worker = worker;
      this.barrier = Barrier.of(worker.coord(), NAME);
      this.left = rounds;
    }

    void next() {
      if (left-- > 0) {
        Moment begin = truth.mark();
        switch (referee.random().nextInt(5)) {
          case 0, 1 -> hold(begin);
          case 2 -> release(begin);
          case 3 -> pass(begin, barrier.awaitAsync(referee.upTo(2_000)).thenApply(Optional::of));
          default -> pass(begin, barrier.awaitAsync().thenApply(done -> Optional.empty()));
        }
        worker.after(300, this::next);
      }
    }

    private void hold(Moment begin) {
      worker.note("holds", NAME);
      changing++;
      referee.then(
          barrier.holdAsync(),
          held -> {
            worker.note("has", NAME);
            changing--;
            holds++;
            referee.check(
                truth.wasPresentSince(begin), Rule.TRUTH, () -> "held, but it was not there");
          },
          failure -> {
            worker.note("has not:", failure);
            changing--;
            boolean toldHeld = failure instanceof BarrierHeldException;
            referee.check(
                toldHeld || failure instanceof UnavailableException,
                Rule.NAMED_FAILURES,
                () -> "a hold failed: " + failure);
            referee.check(
                !toldHeld || truth.wasPresentSince(begin),
                Rule.TRUTH,
                () -> failure + ", but it was not held");
          });
    }

    private void release(Moment begin) {
      worker.note("releases", NAME);
      changing++;
      referee.then(
          barrier.releaseAsync(),
          released -> {
            changing--;
            worker.note("has released", NAME);
            referee.check(
                truth.wasAbsentSince(begin), Rule.TRUTH, () -> "released, but always held");
          },
          failure -> {
            changing--;
            if (failure instanceof OutcomeUnknownException) {
              referee.check(
                  truth.wasPresentSince(begin),
                  Rule.TRUTH,
                  () -> failure + ", but it was held by nobody");
            } else {
              onlyUnavailable(failure);
            }
          });
    }

    private void pass(Moment begin, CompletableFuture<Optional<Boolean>> passing) {
      worker.note("waits at", NAME);
      waiting++;
      referee.then(
          passing,
          end -> {
            waiting--;
            if (end.orElse(true)) {
              worker.note("passes", NAME);
              passed++;
              referee.check(
                  truth.wasAbsentSince(begin), Rule.TRUTH, () -> "passed, but always held");
            }
          },
          failure -> {
            waiting--;
            onlyUnavailable(failure);
          });
    }

    private void onlyUnavailable(Throwable failure) {
      referee.check(
          failure instanceof UnavailableException,
          Rule.NAMED_FAILURES,
          () -> "a call failed: " + failure);
    }

    void releaseAtLast() {
      referee.then(barrier.releaseAsync(), released -> {}, failure -> releaseAtLast());
    }
  }
}
