package io.coord.it.queues;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Scheduler;
import io.coord.core.internal.store.WatchEvent;
import io.coord.queues.internal.QueueHub;
import io.coord.queues.internal.SharedQueue;
import io.coord.testkit.sim.SeedSweep;
import io.coord.testkit.sim.SimulatedEtcd;
import io.coord.testkit.sim.SimulatedFaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Producers that wait for each value, that do not wait, and that stop waiting, all on one
 * connection: what each of them gives comes into the queue in its order.
 */
class ProducerOrderTest {

  private static final int RUNS = 20;
  private static final int PRODUCERS = 8;
  private static final int STEPS = 40;

  @Test
  void enqueue_waitingOrNotOrNoLonger_keepsTheOrderOfEachProducer() {
    SeedSweep.of(RUNS).run(SimulatedFaults.none(), etcd -> new Run(etcd).check(STEPS / 4));
  }

  @Test
  void enqueue_withLostLateAndDoubledMessages_keepsTheOrderOfEachProducer() {
    SeedSweep.of(RUNS).run(SimulatedFaults.lossy(), etcd -> new Run(etcd).check(0));
  }

  @Test
  void enqueue_inAStorm_keepsTheOrderOfEachProducer() {
    SeedSweep.of(RUNS).run(SimulatedFaults.stormy(), etcd -> new Run(etcd).check(0));
  }

  @Test
  void enqueue_bySeveralWhoWait_isUnderWayForSeveralAtOnce() {
    SimulatedEtcd etcd = SimulatedEtcd.of(1);
    SharedQueue queue = queueOf(etcd.coord("a"));
    etcd.await(queue.enqueueWhileCallerWaits(List.of(Bytes.utf8("first")), 0));
    long before = etcd.revision();
    List<CompletableFuture<Long>> puts = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      puts.add(queue.enqueueWhileCallerWaits(List.of(Bytes.utf8("v")), 0));
    }
    puts.forEach(etcd::await);

    assertThat(puts.stream().map(CompletableFuture::join).distinct().count()).isBetween(3L, 8L);
    // Besides these, the first transaction of each lane puts its marker.
    assertThat(etcd.revision() - before).isLessThanOrEqualTo(12);
  }

  /** How late timers fire decides how soon all go together: so the mean of several runs counts. */
  @Test
  void enqueue_byCallersWhoComeBackAtOnce_goTogetherEachTime() {
    int each = 25;
    int runs = 10;
    long groups = 0;
    for (int seed = 1; seed <= runs; seed++) {
      groups += groupsOfEightCallers(SimulatedEtcd.of(seed), each);
    }

    // Before the second time some went by themselves, on lanes that were free.
    assertThat(groups / runs).isBetween((long) each, each + 15L);
  }

  private static long groupsOfEightCallers(SimulatedEtcd etcd, int each) {
    SharedQueue queue = queueOf(etcd.coord("a"));
    List<Long> revisions = new ArrayList<>();
    int callers = 8;
    for (int i = 0; i < callers; i++) {
      again(queue, each, revisions);
    }
    etcd.await(() -> revisions.size() == callers * each);
    return revisions.stream().distinct().count();
  }

  @Test
  void enqueue_fewerComeBackThanWereAnswered_theyDoNotWaitForLong() {
    SimulatedEtcd etcd = SimulatedEtcd.of(1);
    Coord coord = etcd.coord("a");
    SharedQueue queue = queueOf(coord);
    Scheduler scheduler = CoordRuntime.of(coord).store().scheduler();
    List<Long> revisions = new ArrayList<>();
    int each = 40;
    long begin = scheduler.nanoTime();
    again(queue, each, revisions);
    etcd.await(() -> revisions.size() == each);
    Duration alone = Duration.ofNanos(scheduler.nanoTime() - begin);

    begin = scheduler.nanoTime();
    again(queue, each, revisions);
    for (int i = 0; i < 7; i++) {
      again(queue, 2, revisions);
    }
    etcd.await(() -> revisions.size() == 2 * each + 14);
    Duration deserted = Duration.ofNanos(scheduler.nanoTime() - begin);

    assertThat(deserted.minus(alone)).isLessThan(Duration.ofMillis(3));
  }

  /** A caller that begins anew as soon as it has been answered. */
  private static void again(SharedQueue queue, int left, List<Long> revisions) {
    if (left > 0) {
      Futures.onDone(
          queue.enqueueWhileCallerWaits(List.of(Bytes.utf8("v")), 0),
          revision -> {
            revisions.add(revision);
            again(queue, left - 1, revisions);
          },
          failure -> {});
    }
  }

  private static SharedQueue queueOf(Coord coord) {
    return QueueHub.of(CoordRuntime.of(coord)).fifo("jobs");
  }

  /** Producers on one connection, and what came in. */
  private static final class Run {

    private final SimulatedEtcd etcd;
    private final SharedQueue queue;
    private final Scheduler scheduler;
    private final Map<Integer, Integer> last = new HashMap<>();
    private final List<String> violations = new ArrayList<>();
    private final List<Producer> producers = new ArrayList<>();

    Run(SimulatedEtcd etcd) {
      this.etcd = etcd;
      Coord coord = etcd.coord("a");
      this.queue = queueOf(coord);
      this.scheduler = CoordRuntime.of(coord).store().scheduler();
      etcd.onCommit(this::committed);
      for (int i = 0; i < PRODUCERS; i++) {
        producers.add(new Producer(i, new Random(i)));
      }
    }

    void check(int least) {
      producers.forEach(Producer::next);
      etcd.await(() -> producers.stream().allMatch(producer -> producer.steps == STEPS));
      etcd.runFor(Duration.ofMinutes(2));

      assertThat(violations).isEmpty();
      assertThat(last.keySet()).hasSize(PRODUCERS);
      assertThat(last.values()).allMatch(number -> number >= least);
    }

    private void committed(List<WatchEvent> events) {
      events.stream()
          .filter(event -> event.type() == WatchEvent.Type.PUT)
          .map(WatchEvent::kv)
          .filter(kv -> kv.key().startsWith(Bytes.utf8("jobs/")))
          .sorted(Comparator.comparing(KeyValue::key))
          .forEach(
              kv -> {
                String[] value = kv.value().utf8().split("-", 2);
                int number = Integer.parseInt(value[1]);
                Integer before = last.put(Integer.valueOf(value[0]), number);
                if (before != null && before >= number) {
                  violations.add("producer " + value[0] + ": " + number + " after " + before);
                }
              });
    }

    /** One thread, so to speak: does one thing after the other. */
    private final class Producer {

      private final int id;
      private final Random random;
      private int steps;
      private int number;

      Producer(int id, Random random) {
        this.id = id;
        this.random = random;
      }

      void next() {
        while (steps++ < STEPS) {
          switch (random.nextInt(4)) {
            case 0 -> goOn();
            case 1 -> {
              giveUp();
              return;
            }
            default -> {
              await();
              return;
            }
          }
        }
        steps = STEPS;
      }

      private List<Bytes> value() {
        return List.of(Bytes.utf8(id + "-" + number++));
      }

      private void goOn() {
        CompletableFuture<Long> unused = queue.enqueue(value(), 0);
      }

      private void await() {
        Futures.onDone(
            queue.enqueueWhileCallerWaits(value(), 0), revision -> next(), failure -> next());
      }

      /** As an interrupt does: at some moment the future is cancelled, and the next value given. */
      private void giveUp() {
        CompletableFuture<Long> put = queue.enqueueWhileCallerWaits(value(), 0);
        scheduler.schedule(
            Duration.ofNanos(random.nextInt(4_000_000)),
            () -> {
              put.cancel(true);
              next();
            });
      }
    }
  }
}
