package io.coord.it.locks;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Scheduler;
import io.coord.locks.LockHold;
import io.coord.locks.MultiHold;
import io.coord.locks.MultiLock;
import io.coord.testkit.sim.SeedSweep;
import io.coord.testkit.sim.SimulatedEtcd;
import io.coord.testkit.sim.SimulatedFaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Callers that want overlapping locks in random orders: all get on, none are held by two. */
class MultiLockSimulationTest {

  private static final int RUNS = 200;
  private static final int ROUNDS = 8;
  private static final List<String> NAMES = List.of("a", "b", "c", "d");
  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration LIMIT = Duration.ofMinutes(60);

  @Test
  void multiLock_randomOrders_neverWaitsInACircle() {
    SeedSweep.of(RUNS).run(SimulatedFaults.none(), etcd -> new Model(etcd).run());
  }

  @Test
  void multiLock_withLostLateAndDoubledMessages_isHeldByOneAndLeavesNoKey() {
    SeedSweep.of(RUNS).run(SimulatedFaults.lossy(), etcd -> new Model(etcd).run());
  }

  @Test
  void multiLock_inAStorm_isHeldByOneAndLeavesNoKey() {
    SeedSweep.of(RUNS).run(SimulatedFaults.stormy().timesAsOften(4), etcd -> new Model(etcd).run());
  }

  /** Four callers of three connections. */
  private static final class Model {

    private final SimulatedEtcd etcd;
    private final Random random;
    private final Map<String, LockHold> told = new HashMap<>();
    private final List<String> violations = new ArrayList<>();
    private final List<Caller> callers = new ArrayList<>();

    Model(SimulatedEtcd etcd) {
      this.etcd = etcd;
      this.random = new Random(etcd.seed());
      Coord shared = etcd.coord("shared");
      callers.add(new Caller(shared));
      callers.add(new Caller(shared));
      callers.add(new Caller(etcd.coord("second")));
      callers.add(new Caller(etcd.coord("third")));
    }

    void run() {
      callers.forEach(Caller::openSession);
      boolean ended =
          etcd.run(
              () -> !violations.isEmpty() || callers.stream().allMatch(caller -> caller.done),
              LIMIT);
      assertThat(violations).isEmpty();
      assertThat(ended).as("all callers got on within %s of virtual time", LIMIT).isTrue();
      etcd.faults().calm();
      etcd.runFor(TTL.multipliedBy(6));
      for (String name : NAMES) {
        assertThat(etcd.keys(KeyRange.prefix(Bytes.utf8(name + "/")))).isEmpty();
      }
    }

    private void granted(MultiHold hold) {
      hold.holds()
          .forEach(
              (name, one) -> {
                LockHold before = told.put(name, one);
                if (before != null && before.isHeld()) {
                  violations.add(one + " was given while " + before + " is held");
                }
                if (before != null && before.fencingToken().compareTo(one.fencingToken()) >= 0) {
                  violations.add(one + " was given after " + before);
                }
              });
    }

    /** One caller: some of the locks in some order, again and again. */
    private final class Caller {

      private final Coord coord;
      private final Scheduler scheduler;
      private int round;
      private boolean done;

      Caller(Coord coord) {
        this.coord = coord;
        this.scheduler = CoordRuntime.of(coord).store().scheduler();
      }

      void openSession() {
        Futures.onDone(
            coord.openSessionAsync(TTL),
            this::next,
            failure -> scheduler.schedule(upTo(500), this::openSession));
      }

      private void next(Session session) {
        if (!session.isActive()) {
          scheduler.schedule(upTo(20), this::openSession);
        } else if (round++ < ROUNDS) {
          scheduler.schedule(upTo(20), () -> lock(session));
        } else {
          done = true;
        }
      }

      private void lock(Session session) {
        List<String> names = new ArrayList<>(NAMES);
        Collections.shuffle(names, random);
        MultiLock locks = MultiLock.of(session, names.subList(0, 2 + random.nextInt(3)));
        CompletableFuture<Optional<MultiHold>> attempt =
            switch (random.nextInt(6)) {
              case 0 -> locks.tryLockAsync();
              case 1 -> locks.tryLockAsync(upTo(60));
              case 2 -> cancelledSoon(locks.lockAsync()).thenApply(Optional::of);
              default -> locks.lockAsync().thenApply(Optional::of);
            };
        Futures.onDone(
            attempt,
            given -> given.ifPresentOrElse(hold -> hold(session, hold), () -> next(session)),
            failure -> next(session));
      }

      private CompletableFuture<MultiHold> cancelledSoon(CompletableFuture<MultiHold> waiter) {
        scheduler.schedule(upTo(60), () -> waiter.cancel(true));
        return waiter;
      }

      private void hold(Session session, MultiHold hold) {
        if (hold.isHeld()) {
          granted(hold);
        }
        scheduler.schedule(
            upTo(20),
            () -> Futures.onDone(hold.releaseAsync(), end -> next(session), failure -> {}));
      }

      private Duration upTo(int millis) {
        return Duration.ofNanos(random.nextInt(millis * 1_000_000));
      }
    }
  }
}
