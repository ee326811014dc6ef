package io.coord.it.stm;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.OutcomeUnknownException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.KeyRange;
import io.coord.it.stm.Replay.Log;
import io.coord.stm.Isolation;
import io.coord.stm.Stm;
import io.coord.stm.StmOptions;
import io.coord.stm.Transaction;
import io.coord.testkit.sim.SeedSweep;
import io.coord.testkit.sim.SimulatedEtcd;
import io.coord.testkit.sim.SimulatedFaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Many transactions at once, of several connections that share commits: done again one after
 * another, each reads what it read, and the end is what etcd holds.
 */
class CommitSharingSimulationTest {

  private static final int CLIENTS = 2;
  private static final int WORKERS_OF_EACH = 8;
  private static final int TRANSACTIONS = 12;
  private static final int KEYS = 5;
  private static final int MOST = CLIENTS * WORKERS_OF_EACH * TRANSACTIONS;

  @Test
  void shared_nothingLost_isTheSameAsOneAfterAnother() {
    sweep(100, SimulatedFaults.none());
  }

  @Test
  void shared_messagesLostDoubledAndLate_isTheSameAsOneAfterAnother() {
    sweep(100, SimulatedFaults.lossy());
  }

  @Test
  void shared_everythingBreaksForLessThanALeaseLives_isTheSameAsOneAfterAnother() {
    sweep(100, SimulatedFaults.stormy());
  }

  private static void sweep(int seeds, SimulatedFaults faults) {
    SeedSweep.of(seeds)
        .run(
            SimulatedFaults.none(),
            etcd -> {
              etcd.faults().change(faults);
              try (BlockingBodies bodies = new BlockingBodies()) {
                check(etcd, bodies);
              }
            });
  }

  private static void check(SimulatedEtcd etcd, BlockingBodies bodies) {
    Replay replay = new Replay();
    List<Worker> workers = new ArrayList<>();
    for (int c = 0; c < CLIENTS; c++) {
      Coord coord = bodies.connect(etcd, "client" + c);
      for (int w = 0; w < WORKERS_OF_EACH; w++) {
        workers.add(new Worker(coord, replay, etcd.seed() * 1000L + c * 100L + w));
      }
    }
    workers.forEach(Worker::next);
    etcd.run(() -> workers.stream().allMatch(Worker::isDone), Duration.ofMinutes(5));
    etcd.faults().calm();
    etcd.await(() -> workers.stream().allMatch(Worker::isDone));
    etcd.runFor(Duration.ofMinutes(3));

    long unknown = workers.stream().mapToLong(worker -> worker.unknown).sum();
    assertThat(unknown).isZero();
    Map<String, String> stored =
        etcd.keys(KeyRange.prefix(Bytes.utf8("key"))).stream()
            .collect(Collectors.toMap(kv -> kv.key().utf8(), kv -> kv.value().utf8()));
    assertThat(replay.check(Map.of())).isEqualTo(stored);
    assertThat(replay.size()).isGreaterThan(MOST / 2);
    assertThat(replay.commits()).as("some have shared a commit").isLessThan(replay.size());
  }

  /** Makes one transaction after another. */
  private static final class Worker {
    private final Coord coord;
    private final Replay replay;
    private final SplittableRandom random;
    private int left = TRANSACTIONS;
    private boolean done;
    private long unknown;

    Worker(Coord coord, Replay replay, long seed) {
      this.coord = coord;
      this.replay = replay;
      this.random = new SplittableRandom(seed);
    }

    boolean isDone() {
      return done;
    }

    void next() {
      if (left-- == 0) {
        done = true;
        return;
      }
      Isolation level =
          random.nextInt(4) == 0 ? Isolation.SERIALIZABLE : Isolation.SERIALIZABLE_SNAPSHOT;
      StmOptions options = StmOptions.defaults().withMaxAttempts(100_000).withIsolation(level);
      long seed = random.nextLong();
      Futures.onDone(
          Stm.runAsync(coord, options, tx -> body(tx, new SplittableRandom(seed))),
          result -> {
            replay.note(result);
            pause();
          },
          failure -> {
            unknown += failure instanceof OutcomeUnknownException ? 1 : 0;
            pause();
          });
    }

    private void pause() {
      Duration pause = Duration.ofMillis(random.nextInt(10) == 0 ? random.nextInt(3000) : 0);
      CoordRuntime.of(coord).store().scheduler().schedule(pause, this::next);
    }

    /** Reads, writes and deletes keys at random, so that each value tells where it came from. */
    private static Log body(Transaction tx, SplittableRandom random) throws InterruptedException {
      Log log = new Log();
      StringBuilder seen = new StringBuilder();
      int steps = 1 + random.nextInt(6);
      for (int i = 0; i < steps; i++) {
        String key = "key" + random.nextInt(KEYS);
        switch (random.nextInt(8)) {
          case 0, 1, 2, 3 -> seen.append(log.get(tx, key).orElse("-").hashCode());
          case 4, 5 ->
              log.put(tx, key, Integer.toHexString((seen + key + random.nextInt()).hashCode()));
          case 6 -> log.delete(tx, key);
          default -> {
            if (random.nextInt(4) == 0) {
              throw new IllegalStateException("the body's own");
            }
          }
        }
      }
      return log;
    }
  }
}
