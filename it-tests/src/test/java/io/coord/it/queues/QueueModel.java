package io.coord.it.queues;

import io.coord.core.Coord;
import io.coord.core.UnavailableException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.Scheduler;
import io.coord.queues.ItemQueue;
import io.coord.queues.PriorityQueue;
import io.coord.queues.Queue;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/**
 * Clients that enqueue and take at random, and the rules that must hold whatever happens to them:
 *
 * <ul>
 *   <li>what {@link QueueWitness} sees in etcd itself: only the first item ever leaves;
 *   <li>no value is given to two callers;
 *   <li>no call ends with an unknown outcome, and only "unavailable" ends one with a failure; what
 *       was unavailable is not in the queue, so it is enqueued again;
 *   <li>a poll gives nothing only if the queue was empty at a moment after it began;
 *   <li>at the end every value that was enqueued has been given to a caller, and no key is left.
 * </ul>
 */
final class QueueModel {

  static final String NAME = "jobs";
  private static final Duration LIMIT = Duration.ofMinutes(60);

  /** Which queue is tried. */
  enum Kind {
    FIFO,
    PRIORITY
  }

  private final SimulatedEtcd etcd;
  private final Kind kind;
  private final int rounds;
  private final SplittableRandom random;
  private final QueueWitness witness;
  private final List<String> violations = new ArrayList<>();
  private final List<Producer> producers = new ArrayList<>();
  private final List<ItemQueue<String>> queues = new ArrayList<>();
  private final Set<String> expected = new HashSet<>();
  private final Set<String> given = new HashSet<>();
  private boolean draining;

  QueueModel(SimulatedEtcd etcd, Kind kind, int rounds) {
    this.etcd = etcd;
    this.kind = kind;
    this.rounds = rounds;
    this.random = new SplittableRandom(etcd.seed());
    this.witness = new QueueWitness(NAME, kind, violations::add);
    etcd.onCommit(witness::committed);
  }

  /** Adds a connection with so many producers and consumers. */
  QueueModel client(String name, int producing, int consuming) {
    Coord coord = etcd.coord(name);
    Scheduler scheduler = CoordRuntime.of(coord).store().scheduler();
    ItemQueue<String> queue =
        kind == Kind.FIFO ? Queue.of(coord, NAME) : PriorityQueue.of(coord, NAME);
    queues.add(queue);
    for (int i = 0; i < producing; i++) {
      producers.add(new Producer(name + i, queue, scheduler));
    }
    for (int i = 0; i < consuming; i++) {
      new Consumer(queue, scheduler).next();
    }
    return this;
  }

  /** Runs until everything was enqueued and given, and checks what is left; counts the values. */
  int run() {
    producers.forEach(Producer::next);
    boolean ended =
        etcd.run(() -> !violations.isEmpty() || producers.stream().allMatch(p -> p.done), LIMIT);
    check(ended, "not all producers finished within " + LIMIT + " of virtual time");
    etcd.faults().calm();
    ended = etcd.run(() -> !violations.isEmpty() || given.size() == expected.size(), LIMIT);
    check(ended, "not all values were given: " + missing());
    draining = true;
    etcd.runFor(Duration.ofMinutes(3));
    check(given.equals(expected), "other values were given than were enqueued");
    check(witness.isEmpty(), "keys are left");
    return given.size();
  }

  private Set<String> missing() {
    Set<String> missing = new HashSet<>(expected);
    missing.removeAll(given);
    return missing;
  }

  private void check(boolean holds, String otherwise) {
    if (!violations.isEmpty()) {
      throw new AssertionError(violations.get(0));
    }
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  private void violated(String rule) {
    violations.add(rule);
  }

  private Duration millis(int bound) {
    return Duration.ofNanos(random.nextLong(bound * 1_000_000L));
  }

  /** Puts its values in, a few at a time. */
  private final class Producer {

    private final String name;
    private final ItemQueue<String> queue;
    private final Scheduler scheduler;
    private int round;
    private int number;
    private boolean done;

    Producer(String name, ItemQueue<String> queue, Scheduler scheduler) {
      this.name = name;
      this.queue = queue;
      this.scheduler = scheduler;
    }

    void next() {
      if (round++ == rounds) {
        done = true;
        return;
      }
      int together = 1 + random.nextInt(3);
      List<CompletableFuture<?>> puts = new ArrayList<>();
      if (random.nextInt(4) == 0) {
        puts.add(put(values(together), random.nextInt(3)));
      } else {
        for (int i = 0; i < together; i++) {
          puts.add(put(values(1), random.nextInt(3)));
        }
      }
      Futures.onDone(
          CompletableFuture.allOf(puts.toArray(CompletableFuture<?>[]::new)),
          all -> scheduler.schedule(millis(60), this::next),
          failure -> violated("a put failed: " + failure));
    }

    private List<String> values(int count) {
      List<String> values = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        values.add(name + "-" + number++);
      }
      expected.addAll(values);
      return values;
    }

    /** Puts, again and again while etcd is out of reach. */
    private CompletableFuture<Long> put(List<String> values, int priority) {
      CompletableFuture<Long> put = new CompletableFuture<>();
      Futures.onDone(
          send(values, priority),
          put::complete,
          failure -> {
            if (failure instanceof UnavailableException) {
              Futures.onDone(put(values, priority), put::complete, put::completeExceptionally);
            } else {
              put.completeExceptionally(failure);
            }
          });
      return put;
    }

    private CompletableFuture<Long> send(List<String> values, int priority) {
      if (queue instanceof PriorityQueue<String> byPriority) {
        return byPriority.enqueueAllAsync(values, priority);
      }
      return ((Queue<String>) queue).enqueueAllAsync(values);
    }
  }

  /** Takes in every way that there is, and now and then gives up. */
  private final class Consumer {

    private final ItemQueue<String> queue;
    private final Scheduler scheduler;

    Consumer(ItemQueue<String> queue, Scheduler scheduler) {
      this.queue = queue;
      this.scheduler = scheduler;
    }

    void next() {
      if (draining) {
        return;
      }
      switch (random.nextInt(8)) {
        case 0 -> poll();
        case 1 -> take(queue.pollAsync(millis(60)));
        case 2 -> cancelledDequeue();
        case 3 -> cancelled(queue.pollAsync(millis(60)));
        case 4 -> look();
        default -> take(queue.pollAsync(Duration.ofSeconds(20)));
      }
    }

    private void poll() {
      long before = witness.isEmpty() ? witness.timesEmpty() - 1 : witness.timesEmpty();
      Futures.onDone(
          queue.pollAsync(),
          got -> {
            if (got.isEmpty() && !witness.wasEmptySince(before)) {
              violated("a poll gave nothing, though the queue was never empty meanwhile");
            }
            received(got);
          },
          this::failed);
    }

    private void look() {
      Futures.onDone(queue.peekAsync(), got -> goOn(), this::failed);
    }

    private void take(CompletableFuture<Optional<String>> taking) {
      Futures.onDone(taking, this::received, this::failed);
    }

    private void cancelledDequeue() {
      CompletableFuture<String> taking = queue.dequeueAsync();
      scheduler.schedule(millis(30), () -> taking.cancel(true));
      Futures.onDone(taking, value -> received(Optional.of(value)), cancelled -> goOn());
    }

    private void cancelled(CompletableFuture<Optional<String>> taking) {
      scheduler.schedule(millis(30), () -> taking.cancel(true));
      Futures.onDone(taking, this::received, cancelled -> goOn());
    }

    private void received(Optional<String> got) {
      got.ifPresent(
          value -> {
            if (!given.add(value)) {
              violated(value + " was given twice");
            } else if (!expected.contains(value)) {
              violated(value + " was given, but never enqueued");
            }
          });
      goOn();
    }

    private void failed(Throwable failure) {
      if (!(failure instanceof UnavailableException)) {
        violated("a consumer's call failed: " + failure);
      }
      goOn();
    }

    private void goOn() {
      scheduler.schedule(millis(40), this::next);
    }
  }
}
