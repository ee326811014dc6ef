package io.coord.it.queues;

import io.coord.core.Codec;
import io.coord.core.Coord;
import io.coord.core.OutcomeUnknownException;
import io.coord.core.Session;
import io.coord.core.SessionLostException;
import io.coord.core.UnavailableException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.Scheduler;
import io.coord.queues.Claim;
import io.coord.queues.ClaimLostException;
import io.coord.queues.EnqueueOptions;
import io.coord.queues.WorkQueue;
import io.coord.queues.WorkQueueOptions;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
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
 *   <li>at the end every item is acknowledged, or dead, or was being acknowledged when its session
 *       ended.
 * </ul>
 */
final class WorkModel {

  private static final String NAME = "work";
  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration LIMIT = Duration.ofMinutes(60);
  private static final int ATTEMPTS = 4;

  private final SimulatedEtcd etcd;
  private final int items;
  private final SplittableRandom random;
  private final WorkWitness witness;
  private final List<String> violations = new ArrayList<>();
  private final Set<String> enqueued = new HashSet<>();
  private final Set<String> acknowledged = new HashSet<>();
  private final Set<String> perhaps = new HashSet<>();
  private final Map<String, Claim<String>> standing = new HashMap<>();
  private int producing;
  private int number;
  private boolean careful;
  private boolean over;

  WorkModel(SimulatedEtcd etcd, int items) {
    this.etcd = etcd;
    this.items = items;
    this.random = new SplittableRandom(etcd.seed());
    this.witness = new WorkWitness(NAME, violations::add);
    etcd.onCommit(witness::committed);
  }

  /** Adds a connection with one producer and so many consumers. */
  WorkModel client(String name, int consumers) {
    Coord coord = etcd.coord(name);
    producing++;
    new Actor(coord).produce();
    for (int i = 0; i < consumers; i++) {
      new Actor(coord).consume();
    }
    return this;
  }

  /** Runs until everything was enqueued and dealt with; counts what was acknowledged. */
  int run() {
    boolean ended = etcd.run(() -> !violations.isEmpty() || producing == 0, LIMIT);
    check(ended, "not everything was enqueued within " + LIMIT + " of virtual time");
    etcd.faults().calm();
    careful = true;
    ended = etcd.run(() -> !violations.isEmpty() || witness.notDead() == 0, LIMIT);
    check(ended, witness.notDead() + " items were never dealt with");
    etcd.runFor(Duration.ofMinutes(1));
    over = true;
    Set<String> missing = new HashSet<>(enqueued);
    missing.removeAll(acknowledged);
    missing.removeAll(perhaps);
    check(missing.size() <= witness.dead(), "lost: " + missing + ", dead " + witness.dead());
    return acknowledged.size();
  }

  private void check(boolean holds, String otherwise) {
    if (!violations.isEmpty()) {
      throw new AssertionError(violations.get(0));
    }
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  private Duration millis(int bound) {
    return Duration.ofNanos(random.nextLong(bound * 1_000_000L));
  }

  private void claimed(Claim<String> claim) {
    String value = claim.value();
    Claim<String> before = standing.put(value, claim);
    if (before != null && before.isActive()) {
      violations.add(claim + " was given while " + before + " stands");
    }
    if (acknowledged.contains(value)) {
      violations.add(claim + " was given after it was acknowledged");
    }
    if (claim.attempt() > ATTEMPTS) {
      violations.add(claim + " is one attempt too many");
    }
  }

  /** One producer or consumer, with a session at a time. */
  private final class Actor {

    private final Coord coord;
    private final Scheduler scheduler;

    Actor(Coord coord) {
      this.coord = coord;
      this.scheduler = CoordRuntime.of(coord).store().scheduler();
    }

    private void withSession(java.util.function.Consumer<Session> then) {
      Futures.onDone(
          coord.openSessionAsync(TTL),
          then,
          failure -> scheduler.schedule(millis(500), () -> withSession(then)));
    }

    private WorkQueue<String> queue(Session session) {
      return WorkQueue.of(
          session, NAME, Codec.utf8(), WorkQueueOptions.defaults().withMaxAttempts(ATTEMPTS));
    }

    // Producing

    void produce() {
      withSession(session -> produceNext(queue(session), items));
    }

    private void produceNext(WorkQueue<String> queue, int left) {
      if (left == 0) {
        producing--;
        return;
      }
      String value = "v" + number++;
      enqueued.add(value);
      EnqueueOptions how = EnqueueOptions.defaults().withPriority(random.nextInt(3));
      if (random.nextInt(6) == 0) {
        how = how.withDelay(Duration.ofSeconds(1 + random.nextInt(5)));
      }
      if (random.nextInt(4) == 0) {
        how = how.withId("id of " + value);
      }
      put(queue, value, how, left);
    }

    private void put(WorkQueue<String> queue, String value, EnqueueOptions how, int left) {
      Futures.onDone(
          queue.enqueueAsync(value, how),
          revision -> scheduler.schedule(millis(80), () -> produceNext(queue, left - 1)),
          failure -> {
            if (failure instanceof UnavailableException) {
              put(queue, value, how, left);
            } else {
              violations.add("an enqueue failed: " + failure);
            }
          });
    }

    // Consuming

    void consume() {
      withSession(session -> claimNext(session, queue(session)));
    }

    private void claimNext(Session session, WorkQueue<String> queue) {
      if (over) {
        return;
      }
      CompletableFuture<Optional<Claim<String>>> claiming = queue.claimAsync(millis(2_000));
      if (random.nextInt(6) == 0) {
        scheduler.schedule(millis(50), () -> claiming.cancel(true));
      }
      Futures.onDone(
          claiming,
          got -> {
            got.ifPresent(WorkModel.this::claimed);
            scheduler.schedule(
                millis(60),
                () ->
                    got.ifPresentOrElse(
                        claim -> work(session, queue, claim), () -> claimNext(session, queue)));
          },
          failure -> afterFailure(session, queue));
    }

    private void work(Session session, WorkQueue<String> queue, Claim<String> claim) {
      switch (careful ? 9 : random.nextInt(10)) {
        case 0 -> end(session, queue, claim, claim.nackAsync("no"));
        case 1 -> end(session, queue, claim, claim.nackAsync("not now", Duration.ofSeconds(2)));
        case 2 -> {
          standing.remove(claim.value(), claim);
          session.closeAsync();
          scheduler.schedule(millis(100), this::consume);
        }
        case 3 -> {
          standing.remove(claim.value(), claim);
          session.orphan();
          scheduler.schedule(millis(100), this::consume);
        }
        default -> acknowledge(session, queue, claim);
      }
    }

    private void end(
        Session session, WorkQueue<String> queue, Claim<String> claim, CompletableFuture<?> nack) {
      standing.remove(claim.value(), claim);
      Futures.onDone(
          nack,
          done -> claimNext(session, queue),
          failure -> {
            if (failure instanceof UnavailableException) {
              scheduler.schedule(millis(100), () -> work(session, queue, claim));
            } else {
              afterFailure(session, queue);
            }
          });
    }

    private void acknowledge(Session session, WorkQueue<String> queue, Claim<String> claim) {
      Futures.onDone(
          claim.ackAsync(),
          done -> {
            standing.remove(claim.value(), claim);
            if (!acknowledged.add(claim.value())) {
              violations.add(claim + " was acknowledged twice");
            }
            claimNext(session, queue);
          },
          failure -> {
            if (failure instanceof UnavailableException) {
              scheduler.schedule(millis(100), () -> acknowledge(session, queue, claim));
              return;
            }
            standing.remove(claim.value(), claim);
            if (failure instanceof OutcomeUnknownException) {
              perhaps.add(claim.value());
            } else if (!(failure instanceof SessionLostException
                || failure instanceof ClaimLostException)) {
              violations.add("an acknowledgement failed: " + failure);
            }
            afterFailure(session, queue);
          });
    }

    private void afterFailure(Session session, WorkQueue<String> queue) {
      scheduler.schedule(
          millis(100),
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
