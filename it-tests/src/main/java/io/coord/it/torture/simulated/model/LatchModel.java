package io.coord.it.torture.simulated.model;

import io.coord.barriers.CountDownLatch;
import io.coord.core.Bytes;
import io.coord.core.UnavailableException;
import io.coord.core.internal.store.KeyRange;
import io.coord.it.torture.simulated.model.KeyTruth.Moment;
import io.coord.testkit.sim.SimulatedEtcd;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Workers that add to a latch, count down what they added, and wait for it:
 *
 * <ul>
 *   <li>every change that is reported was made once, and no other;
 *   <li>nobody passes unless the count was 0 at some time since the call;
 *   <li>in the end the count is 0, all pass, and no key is left.
 * </ul>
 */
public final class LatchModel implements Model {

  private static final String NAME = "import";

  private final SimulatedEtcd etcd;
  private final Referee referee;
  private final KeyTruth truth = new KeyTruth(Bytes.utf8(NAME));
  private final List<Job> jobs = new ArrayList<>();

  /** How many changes led to a count, less those that began with it. */
  private final Map<Long, Integer> balance = new TreeMap<>();

  private int changes;

  /** A latch with so many workers. */
  public LatchModel(SimulatedEtcd etcd, Scale scale) {
    this.etcd = etcd;
    this.referee = new Referee(etcd);
    etcd.onCommit(truth::committed);
    for (Worker worker : scale.workers(etcd, referee)) {
      jobs.add(new Job(worker, scale.rounds()));
    }
  }

  @Override
  public int run() {
    jobs.forEach(Job::next);
    referee.until(() -> jobs.stream().allMatch(job -> job.done), () -> "not all was counted");
    etcd.faults().calm();
    referee.until(() -> jobs.stream().allMatch(job -> job.waiting == 0), () -> "not all passed");
    referee.runFor(Worker.TTL.multipliedBy(6));
    referee.check(
        truth.changes() <= changes,
        Rule.ONCE,
        () -> changes + " changes were reported, " + truth.changes() + " were made");
    balance.values().removeIf(difference -> difference == 0);
    referee.check(
        balance.isEmpty(),
        Rule.ONCE,
        () -> "the changes that were reported do not lead from 0 to 0: " + balance);
    referee.verdict();
    referee.nothingLeft(etcd.keys(KeyRange.single(Bytes.utf8(NAME))));
    return changes;
  }

  /** One who adds as much as it counts down. */
  private final class Job {

    private final Worker worker;
    private final CountDownLatch latch;
    private int toAdd;
    private int added;
    private int waiting;
    private boolean done;

    Job(Worker worker, int rounds) {
      this.worker = worker;
      this.latch = CountDownLatch.of(worker.coord(), NAME);
      this.toAdd = rounds;
    }

    void next() {
      if (referee.onceIn(3)) {
        pass();
      }
      if (toAdd > 0 && (added == 0 || referee.onceIn(2))) {
        add(1 + referee.random().nextInt(Math.min(3, toAdd)));
      } else if (added > 0) {
        countDown();
      } else {
        done = true;
      }
    }

    private void add(int more) {
      referee.then(
          latch.addAsync(more),
          count -> {
            worker.note("has added " + more + ", now", count);
            toAdd -= more;
            added += more;
            changed(count - more, count);
          },
          this::failed);
    }

    private void countDown() {
      referee.then(
          latch.countDownAsync(),
          count -> {
            worker.note("has counted down to", count);
            added--;
            changed(count + 1, count);
          },
          this::failed);
    }

    private void changed(long before, long after) {
      changes++;
      balance.merge(before, -1, Integer::sum);
      balance.merge(after, 1, Integer::sum);
      worker.after(100, this::next);
    }

    private void failed(Throwable failure) {
      worker.note("has failed:", failure);
      referee.check(
          failure instanceof UnavailableException,
          Rule.NAMED_FAILURES,
          () -> "a change failed: " + failure);
      worker.after(100, this::next);
    }

    private void pass() {
      Moment begin = truth.mark();
      waiting++;
      boolean patient = referee.onceIn(2);
      referee.then(
          patient
              ? latch.awaitAsync().thenApply(passed -> Optional.of(true))
              : latch.awaitAsync(referee.upTo(2_000)).thenApply(Optional::of),
          end -> {
            waiting--;
            worker.note("waited, and passed:", end);
            referee.check(
                !end.orElseThrow() || truth.wasAbsentSince(begin),
                Rule.TRUTH,
                () -> "passed, though the count was never 0");
          },
          failure -> {
            waiting--;
            referee.check(
                failure instanceof UnavailableException,
                Rule.NAMED_FAILURES,
                () -> "a wait failed: " + failure);
          });
    }
  }
}
