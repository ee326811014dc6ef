package io.coord.it.torture.simulated.model;

import io.coord.core.Bytes;
import io.coord.core.UnavailableException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.KeyRange;
import io.coord.queues.ItemQueue;
import io.coord.queues.PriorityQueue;
import io.coord.queues.Queue;
import io.coord.queues.internal.QueueHub;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
public final class QueueModel implements Model {

  private static final String NAME = "jobs";

  /** Which queue is tried. */
  public enum Kind {
    FIFO,
    PRIORITY
  }

  private final SimulatedEtcd etcd;
  private final int rounds;
  private final Referee referee;
  private final QueueWitness witness;
  private final List<Producer> producers = new ArrayList<>();
  private final List<Consumer> consumers = new ArrayList<>();
  private final Set<String> expected = new HashSet<>();
  private final Set<String> given = new HashSet<>();
  private boolean draining;

  /** A queue with so many workers, each a producer and a consumer. */
  public QueueModel(SimulatedEtcd etcd, Scale scale, Kind kind) {
    this.etcd = etcd;
    this.rounds = scale.rounds();
    this.referee = new Referee(etcd);
    this.witness = new QueueWitness(NAME, kind, rule -> referee.broken(Rule.ORDER, rule));
    etcd.onCommit(witness::committed);
    for (Worker worker : scale.workers(etcd, referee)) {
      ItemQueue<String> queue =
          kind == Kind.FIFO
              ? Queue.of(worker.coord(), NAME)
              : PriorityQueue.of(worker.coord(), NAME);
      producers.add(new Producer(worker, queue));
      consumers.add(new Consumer(worker, queue));
    }
  }

  @Override
  public int run() {
    producers.forEach(Producer::next);
    consumers.forEach(Consumer::next);
    referee.until(() -> producers.stream().allMatch(p -> p.done), () -> "not all was enqueued");
    etcd.faults().calm();
    referee.until(() -> given.size() == expected.size(), () -> "never given: " + missing());
    draining = true;
    referee.runFor(Duration.ofMinutes(3));
    referee.check(
        given.equals(expected), Rule.ONCE, () -> "other values were given than were enqueued");
    referee.verdict();
    referee.nothingLeft(etcd.keys(KeyRange.prefix(Bytes.utf8(NAME + "/"))));
    return given.size();
  }

  private Set<String> missing() {
    Set<String> missing = new HashSet<>(expected);
    missing.removeAll(given);
    return missing;
  }

  /** Puts its values in, a few at a time. */
  private final class Producer {

    private final Worker worker;
    private final ItemQueue<String> queue;

    /** Every other one: each of its values is then that of a thread of its own, which waits. */
    private final boolean isManyThreads = producers.size() % 2 == 1;

    private int round;
    private int number;
    private boolean done;

    Producer(Worker worker, ItemQueue<String> queue) {
      this.worker = worker;
      this.queue = queue;
    }

    void next() {
      if (round++ == rounds) {
        done = true;
        return;
      }
      int together = 1 + referee.random().nextInt(3);
      List<CompletableFuture<?>> puts = new ArrayList<>();
      if (referee.onceIn(4)) {
        puts.add(put(values(together), referee.random().nextInt(3)));
      } else {
        for (int i = 0; i < together; i++) {
          puts.add(put(values(1), referee.random().nextInt(3)));
        }
      }
      referee.then(
          CompletableFuture.allOf(puts.toArray(CompletableFuture<?>[]::new)),
          all -> worker.after(60, this::next),
          failure -> referee.broken(Rule.NAMED_FAILURES, "a put failed: " + failure));
    }

    private List<String> values(int count) {
      List<String> values = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        values.add(worker.name() + "-" + number++);
      }
      expected.addAll(values);
      worker.note("enqueues", List.copyOf(values));
      return values;
    }

    /** Puts, again and again while etcd is out of reach. */
    private CompletableFuture<Long> put(List<String> values, int priority) {
      CompletableFuture<Long> put = new CompletableFuture<>();
      referee.then(
          send(values, priority),
          put::complete,
          failure -> {
            if (failure instanceof UnavailableException) {
              referee.then(put(values, priority), put::complete, put::completeExceptionally);
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
      return isManyThreads
          ? asThreadsThatWait(values)
          : ((Queue<String>) queue).enqueueAllAsync(values);
    }

    /** What the blocking call does. */
    private CompletableFuture<Long> asThreadsThatWait(List<String> values) {
      return QueueHub.of(CoordRuntime.of(worker.coord()))
          .fifo(NAME)
          .enqueueWhileCallerWaits(values.stream().map(Bytes::utf8).toList(), 0);
    }
  }

  /** Takes in every way that there is, and now and then gives up. */
  private final class Consumer {

    private final Worker worker;
    private final ItemQueue<String> queue;

    Consumer(Worker worker, ItemQueue<String> queue) {
      this.worker = worker;
      this.queue = queue;
    }

    void next() {
      if (draining) {
        return;
      }
      switch (referee.random().nextInt(8)) {
        case 0 -> poll();
        case 1 -> take(queue.pollAsync(referee.upTo(60)));
        case 2 -> cancelledDequeue();
        case 3 -> cancelled(queue.pollAsync(referee.upTo(60)));
        case 4 -> look();
        default -> take(queue.pollAsync(Duration.ofSeconds(20)));
      }
    }

    private void poll() {
      long before = witness.isEmpty() ? witness.timesEmpty() - 1 : witness.timesEmpty();
      referee.then(
          queue.pollAsync(),
          got -> {
            if (got.isEmpty() && !witness.wasEmptySince(before)) {
              referee.broken(
                  Rule.TRUTH, "a poll gave nothing, though the queue was never empty meanwhile");
            }
            received(got);
          },
          this::failed);
    }

    private void look() {
      referee.then(queue.peekAsync(), got -> goOn(), this::failed);
    }

    private void take(CompletableFuture<Optional<String>> taking) {
      referee.then(taking, this::received, this::failed);
    }

    private void cancelledDequeue() {
      CompletableFuture<String> taking = queue.dequeueAsync();
      worker.after(30, () -> taking.cancel(true));
      referee.then(taking, value -> received(Optional.of(value)), cancelled -> goOn());
    }

    private void cancelled(CompletableFuture<Optional<String>> taking) {
      worker.after(30, () -> taking.cancel(true));
      referee.then(taking, this::received, cancelled -> goOn());
    }

    private void received(Optional<String> got) {
      got.ifPresent(
          value -> {
            worker.note("takes", value);
            if (!given.add(value)) {
              referee.broken(Rule.ONCE, value + " was given twice");
            } else if (!expected.contains(value)) {
              referee.broken(Rule.ONCE, value + " was given, but never enqueued");
            }
          });
      goOn();
    }

    private void failed(Throwable failure) {
      if (!(failure instanceof UnavailableException)) {
        referee.broken(Rule.NAMED_FAILURES, "a consumer's call failed: " + failure);
      }
      goOn();
    }

    private void goOn() {
      worker.after(40, this::next);
    }
  }
}
