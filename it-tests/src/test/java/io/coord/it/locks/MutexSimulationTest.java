package io.coord.it.locks;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.internal.store.KeyRange;
import io.coord.it.torture.simulated.model.MutexModel;
import io.coord.it.torture.simulated.model.Scale;
import io.coord.locks.LockHold;
import io.coord.locks.Mutex;
import io.coord.testkit.sim.SeedSweep;
import io.coord.testkit.sim.SimulatedEtcd;
import io.coord.testkit.sim.SimulatedFaults;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The mutex under many seeds. */
class MutexSimulationTest {

  private static final int RUNS = 120;
  private static final int ROUNDS = 12;
  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration A_MOMENT = Duration.ofMillis(200);

  /** Longer than a request and its answer take, so that both orders occur. */
  private static final long RACE_NANOS = 12_000_000;

  private static int storm(SimulatedEtcd etcd) {
    return new MutexModel(etcd, Scale.of(ROUNDS, 3, 2, 1)).run();
  }

  @Test
  void mutex_withoutFaults_isHeldByOneWithRisingTokensAndLeavesNoKey() {
    SeedSweep.of(RUNS)
        .run(SimulatedFaults.none(), etcd -> assertThat(storm(etcd)).isGreaterThan(ROUNDS));
  }

  @Test
  void mutex_withLostLateAndDoubledMessages_isHeldByOneWithRisingTokensAndLeavesNoKey() {
    SeedSweep.of(RUNS).run(SimulatedFaults.lossy(), MutexSimulationTest::storm);
  }

  @Test
  void mutex_inAStorm_isHeldByOneWithRisingTokensAndLeavesNoKey() {
    SeedSweep.of(RUNS).run(SimulatedFaults.stormy().timesAsOften(4), MutexSimulationTest::storm);
  }

  @Test
  void lockAsync_cancelledWhileTheLockIsGranted_leavesNoKeyAndTheNextGetsIt() {
    SeedSweep.of(RUNS).run(SimulatedFaults.lossy(), etcd -> new Race(etcd).cancel());
  }

  @Test
  void tryLockAsync_timeOverWhileTheLockIsGranted_leavesNoKeyAndTheNextGetsIt() {
    SeedSweep.of(RUNS).run(SimulatedFaults.lossy(), etcd -> new Race(etcd).timeout());
  }

  @Test
  void tryLockAsync_whileTheLockIsReleased_isHeldOrLeavesNoKey() {
    SeedSweep.of(RUNS).run(SimulatedFaults.lossy(), etcd -> new Race(etcd).tryOnce());
  }

  /** A holder that releases, one behind it that gives up at about that moment, one behind that. */
  private static final class Race {

    private final SimulatedEtcd etcd;
    private final SplittableRandom random;
    private final List<Coord> coords;
    private final LockHold first;

    Race(SimulatedEtcd etcd) {
      this.etcd = etcd;
      this.random = new SplittableRandom(etcd.seed());
      this.coords = List.of(etcd.coord("a"), etcd.coord("b"), etcd.coord("c"));
      this.first = etcd.await(mutex().lockAsync());
    }

    /** Of any client, so that the next one is sometimes of the same process, sometimes not. */
    private Mutex mutex() {
      Coord coord = coords.get(random.nextInt(coords.size()));
      return Mutex.of(etcd.await(coord.openSessionAsync(TTL)), "orders");
    }

    private Duration aBit() {
      return Duration.ofNanos(random.nextLong(RACE_NANOS));
    }

    private CompletableFuture<LockHold> next() {
      CompletableFuture<LockHold> next = mutex().lockAsync();
      etcd.runFor(A_MOMENT);
      return next;
    }

    void cancel() {
      CompletableFuture<LockHold> second = mutex().lockAsync();
      etcd.runFor(A_MOMENT);
      CompletableFuture<LockHold> third = next();
      CompletableFuture<?> released = first.releaseAsync();
      etcd.runFor(aBit());
      if (second.cancel(true)) {
        etcd.await(released);
      } else {
        etcd.await(etcd.await(second).releaseAsync());
      }
      lastOneHoldsAndLeavesNothing(third);
    }

    void timeout() {
      CompletableFuture<Optional<LockHold>> second = mutex().tryLockAsync(A_MOMENT.multipliedBy(2));
      etcd.runFor(A_MOMENT);
      CompletableFuture<LockHold> third = mutex().lockAsync();
      etcd.runFor(A_MOMENT.minus(aBit()));
      etcd.await(first.releaseAsync());
      etcd.await(second).ifPresent(hold -> etcd.await(hold.releaseAsync()));
      lastOneHoldsAndLeavesNothing(third);
    }

    void tryOnce() {
      CompletableFuture<?> released = first.releaseAsync();
      Mutex mutex = mutex();
      etcd.runFor(aBit());
      CompletableFuture<Optional<LockHold>> second = mutex.tryLockAsync();
      CompletableFuture<LockHold> third = mutex().lockAsync();
      etcd.await(released);
      etcd.await(second).ifPresent(hold -> etcd.await(hold.releaseAsync()));
      lastOneHoldsAndLeavesNothing(third);
    }

    private void lastOneHoldsAndLeavesNothing(CompletableFuture<LockHold> last) {
      LockHold hold = etcd.await(last);
      assertThat(hold.isHeld()).isTrue();
      etcd.await(hold.releaseAsync());
      etcd.faults().calm();
      etcd.runFor(TTL);
      assertThat(etcd.keys(KeyRange.prefix(Bytes.utf8("orders/")))).isEmpty();
    }
  }
}
