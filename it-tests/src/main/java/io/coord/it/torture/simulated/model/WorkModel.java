package io.coord.it.torture.simulated.model;

import io.coord.core.Codec;
import io.coord.core.OutcomeUnknownException;
import io.coord.core.Session;
import io.coord.core.SessionLostException;
import io.coord.core.UnavailableException;
import io.coord.queues.Claim;
import io.coord.queues.ClaimLostException;
import io.coord.queues.EnqueueOptions;
import io.coord.queues.WorkQueue;
import io.coord.queues.WorkQueueOptions;
import io.coord.queues.WorkQueueOptions.WhenFull;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * Clients that put work in, claim it, and acknowledge it, give it back, drop their sessions or just
 * forget it; and the rules that must hold whatever happens to them:
 *
 * <ul>
 *   <li>what {@link WorkWitness} sees in etcd itself: each item is in exactly one place;
 *   <li>nobody is given an item that somebody else claims whose session lives;
 *   <li>no item is acknowledged twice, and none is claimed after it was;
 *   <li>no attempt beyond the greatest number;
 *   <li>in every second run, no more items at once than a bound, for whose room producers wait;
 *   <li>at the end every item is acknowledged, or dead, or was being acknowledged when its session
 *       ended.
 * </ul>
 */
public final class WorkModel implements Model {

  private static final String NAME = "work";
  private static final int ATTEMPTS = 4;
  private static final int FEW = 3;

  private final SimulatedEtcd etcd;
  private final int items;
  private final Referee referee;
  private final WorkQueueOptions options;
  private final WorkWitness witness;
  private final List<Actor> actors = new ArrayList<>();
  private final Set<String> enqueued = new HashSet<>();
  private final Set<String> acknowledged = new HashSet<>();
  private final Set<String> perhaps = new HashSet<>();
  private final Map<String, Claim<String>> standing = new HashMap<>();
  private int producing;
  private int number;
  private boolean careful;
  private boolean over;

  /** A work queue with so many workers, each a producer of so many items and a consumer. */
  public WorkModel(SimulatedEtcd etcd, Scale scale) {
    this.etcd = etcd;
    this.items = scale.rounds();
    this.referee = new Referee(etcd);
    WorkQueueOptions open = WorkQueueOptions.defaults().withMaxAttempts(ATTEMPTS);
    this.options = referee.onceIn(2) ? open.withMaxLength(FEW, WhenFull.WAIT) : open;
    this.witness =
        new WorkWitness(NAME, options.maxLength(), rule -> referee.broken(Rule.ONCE, rule));
    etcd.onCommit(witness::committed);
    for (Worker worker : scale.workers(etcd, referee)) {
      actors.add(new Actor(worker));
    }
  }

  @Override
  public int run() {
    producing = actors.size();
    actors.forEach(Actor::produce);
    actors.forEach(Actor::consume);
    referee.until(() -> producing == 0, () -> "not everything was enqueued");
    etcd.faults().calm();
    careful = true;
    referee.until(
        () -> witness.notDead() == 0, () -> witness.notDead() + " items were not dealt with");
    referee.runFor(Duration.ofMinutes(1));
    over = true;
    Set<String> missing = new TreeSet<>(enqueued);
    missing.removeAll(acknowledged);
    missing.removeAll(perhaps);
    referee.check(
        missing.size() <= witness.dead(),
        Rule.ONCE,
        () -> "lost: " + missing + ", dead " + witness.dead());
    referee.verdict();
    return acknowledged.size();
  }

  private void claimed(Claim<String> claim) {
    String value = claim.value();
    Claim<String> before = standing.put(value, claim);
    if (before != null && before.isActive()) {
      referee.broken(Rule.EXCLUSION, claim + " was given while " + before + " stands");
    }
    if (acknowledged.contains(value)) {
      referee.broken(Rule.ONCE, claim + " was given after it was acknowledged");
    }
    if (claim.attempt() > ATTEMPTS) {
      referee.broken(Rule.TRUTH, claim + " is one attempt too many");
    }
  }

  /** One producer or consumer, with a session at a time. */
  private final class Actor {

    private final Worker worker;

    Actor(Worker worker) {
      this.worker = worker;
    }

    private WorkQueue<String> queue(Session session) {
      return WorkQueue.of(session, NAME, Codec.utf8(), options);
    }

    // Producing

    void produce() {
      worker.openSession(session -> produceNext(queue(session), items));
    }

    private void produceNext(WorkQueue<String> queue, int left) {
      if (left == 0) {
        producing--;
        return;
      }
      String value = "v" + number++;
      enqueued.add(value);
      worker.note("enqueues", value);
      EnqueueOptions how = EnqueueOptions.defaults().withPriority(referee.random().nextInt(3));
      if (referee.onceIn(6)) {
        how = how.withDelay(Duration.ofSeconds(1 + referee.random().nextInt(5)));
      }
      if (referee.onceIn(4)) {
        how = how.withId("id of " + value);
      }
      put(queue, value, how, left);
    }

    private void put(WorkQueue<String> queue, String value, EnqueueOptions how, int left) {
      referee.then(
          queue.enqueueAsync(value, how),
          revision -> worker.after(80, () -> produceNext(queue, left - 1)),
          failure -> {
            if (failure instanceof UnavailableException) {
              put(queue, value, how, left);
            } else {
              referee.broken(Rule.NAMED_FAILURES, "an enqueue failed: " + failure);
            }
          });
    }

    // Consuming

    void consume() {
      worker.openSession(session -> claimNext(session, queue(session)));
    }

    private void claimNext(Session session, WorkQueue<String> queue) {
      if (over) {
        return;
      }
      CompletableFuture<Optional<Claim<String>>> claiming = queue.claimAsync(referee.upTo(2_000));
      if (referee.onceIn(6)) {
        worker.after(50, () -> claiming.cancel(true));
      }
      referee.then(
          claiming,
          got -> {
            got.ifPresent(
                claim -> {
                  worker.note("claims", claim);
                  claimed(claim);
                });
            worker.after(
                60,
                () ->
                    got.ifPresentOrElse(
                        claim -> work(session, queue, claim), () -> claimNext(session, queue)));
          },
          failure -> afterFailure(session, queue));
    }

    private void work(Session session, WorkQueue<String> queue, Claim<String> claim) {
      switch (careful ? 9 : referee.random().nextInt(10)) {
        case 0 -> end(session, queue, claim, claim.nackAsync("no"));
        case 1 -> end(session, queue, claim, claim.nackAsync("not now", Duration.ofSeconds(2)));
        case 2 -> {
          standing.remove(claim.value(), claim);
          referee.then(session.closeAsync(), closed -> {}, failure -> {});
          worker.after(100, this::consume);
        }
        case 3 -> {
          standing.remove(claim.value(), claim);
          session.orphan();
          worker.after(100, this::consume);
        }
        default -> acknowledge(session, queue, claim);
      }
    }

    private void end(
        Session session, WorkQueue<String> queue, Claim<String> claim, CompletableFuture<?> nack) {
      standing.remove(claim.value(), claim);
      referee.then(
          nack,
          done -> claimNext(session, queue),
          failure -> {
            if (failure instanceof UnavailableException) {
              worker.after(100, () -> work(session, queue, claim));
            } else {
              afterFailure(session, queue);
            }
          });
    }

    private void acknowledge(Session session, WorkQueue<String> queue, Claim<String> claim) {
      referee.then(
          claim.ackAsync(),
          done -> {
            standing.remove(claim.value(), claim);
            worker.note("has acknowledged", claim);
            if (!acknowledged.add(claim.value())) {
              referee.broken(Rule.ONCE, claim + " was acknowledged twice");
            }
            claimNext(session, queue);
          },
          failure -> {
            if (failure instanceof UnavailableException) {
              worker.after(100, () -> acknowledge(session, queue, claim));
              return;
            }
            standing.remove(claim.value(), claim);
            if (failure instanceof OutcomeUnknownException) {
              perhaps.add(claim.value());
            } else if (!(failure instanceof SessionLostException
                || failure instanceof ClaimLostException)) {
              referee.broken(Rule.NAMED_FAILURES, "an acknowledgement failed: " + failure);
            }
            afterFailure(session, queue);
          });
    }

    private void afterFailure(Session session, WorkQueue<String> queue) {
      worker.after(
          100,
          () -> {
            if (session.isActive()) {
              claimNext(session, queue);
            } else {
              consume();
            }
          });
    }
  }
}
