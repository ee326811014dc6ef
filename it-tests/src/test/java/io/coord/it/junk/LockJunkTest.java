package io.coord.it.junk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.election.Election;
import io.coord.election.Leadership;
import io.coord.locks.LockHold;
import io.coord.locks.MaximumMismatchException;
import io.coord.locks.Mutex;
import io.coord.locks.PermitHold;
import io.coord.locks.RWMutex;
import io.coord.locks.Semaphore;
import io.coord.locks.WriteHold;
import io.coord.testkit.sim.SeedSweep;
import io.coord.testkit.sim.SimulatedEtcd;
import io.coord.testkit.sim.SimulatedFaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;

/**
 * Junk below the names of locks and elections: what stands in the line counts as somebody, as for
 * etcd's Go code, and the rest as nothing.
 */
class LockJunkTest {

  private static final int RUNS = 25;
  private static final int ROUNDS = 12;
  private static final Duration TTL = Duration.ofHours(1);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** Every key below the name counts, but for those below a further slash. */
  private static final List<String> IN_LINE =
      List.of("n/", "n/x", "n/zz-0-0", "n/0", "n/\u0000", "n/\uffff", "n/read", "n/limit");

  private static final List<String> BESIDE =
      List.of("n", "n0", "n//", "n//x", "n/x/y", "n\u0000fence/", "n\u0000fence/1267", "nn/x");

  private static List<String> both(List<String> one, List<String> other) {
    List<String> all = new ArrayList<>(one);
    all.addAll(other);
    return all;
  }

  /**
   * Two clients take it in turns, while junk comes and goes. A hold is refused if somebody's key
   * that it had to wait for is still there; once the junk is gone, everybody gets a hold.
   */
  private static <H extends AutoCloseable> void takeTurns(
      SimulatedEtcd etcd,
      List<String> counting,
      List<String> others,
      List<Supplier<CompletableFuture<Optional<H>>>> clients,
      ToLongFunction<H> token) {
    Intruder intruder = new Intruder(etcd);
    for (int round = 0; round < ROUNDS; round++) {
      intruder.intrude(intruder.chance(3) ? counting : others);
      if (intruder.chance(3)) {
        intruder.withdraw(counting);
      }
      Optional<H> hold = etcd.await(intruder.oneOf(clients).get());
      hold.ifPresent(
          held -> {
            LongPredicate before =
                revision -> counting.stream().anyMatch(key -> intruder.isBefore(key, revision));
            assertThat(before.test(token.applyAsLong(held))).as("held behind junk").isFalse();
            release(etcd, held);
          });
    }
    intruder.withdraw(counting);
    clients.forEach(client -> release(etcd, etcd.await(client.get()).orElseThrow()));
  }

  private static void release(SimulatedEtcd etcd, AutoCloseable held) {
    if (held instanceof Leadership<?> leadership) {
      etcd.await(leadership.resignAsync());
    } else {
      etcd.await(((LockHold) held).releaseAsync());
    }
  }

  private static List<Session> sessions(SimulatedEtcd etcd) {
    List<Session> sessions = new ArrayList<>();
    for (String name : List.of("a", "b")) {
      Coord coord = etcd.coord(name);
      sessions.add(etcd.await(coord.openSessionAsync(TTL)));
    }
    return sessions;
  }

  @Test
  void mutex_amongJunk_isNotHeldBehindSomebodysKeyAndIsHeldOnceTheyAreGone() {
    SeedSweep.of(RUNS)
        .run(
            SimulatedFaults.none(),
            etcd -> {
              List<Supplier<CompletableFuture<Optional<LockHold>>>> clients = new ArrayList<>();
              for (Session session : sessions(etcd)) {
                Mutex mutex = Mutex.of(session, "n");
                clients.add(
                    () -> {
                      etcd.await(mutex.queueAsync());
                      return mutex.tryLockAsync(PATIENCE);
                    });
              }
              takeTurns(etcd, IN_LINE, BESIDE, clients, hold -> hold.fencingToken().value());
            });
  }

  @Test
  void election_amongJunk_isNotLedBehindSomebodysKeyAndIsLedOnceTheyAreGone() {
    SeedSweep.of(RUNS)
        .run(
            SimulatedFaults.none(),
            etcd -> {
              List<Supplier<CompletableFuture<Optional<Leadership<String>>>>> clients =
                  new ArrayList<>();
              for (Session session : sessions(etcd)) {
                Election<String> election = Election.of(session, "n");
                clients.add(
                    () -> {
                      etcd.await(election.candidatesAsync());
                      etcd.await(election.leaderAsync());
                      return election.campaignAsync("me", PATIENCE);
                    });
              }
              takeTurns(etcd, IN_LINE, BESIDE, clients, led -> led.fencingToken().value());
            });
  }

  @Test
  void writeLock_amongJunk_isNotHeldBehindAReaderOrWriterAndIsHeldOnceTheyAreGone() {
    List<String> sides = List.of("n/read/x", "n/write/x", "n/read/0", "n/write/\uffff");
    List<String> others =
        both(List.of("n/x", "n/read/", "n/write/", "n/read//x", "n/write/x/y", "n/ready"), BESIDE);
    SeedSweep.of(RUNS)
        .run(
            SimulatedFaults.none(),
            etcd -> {
              List<Supplier<CompletableFuture<Optional<WriteHold>>>> clients = new ArrayList<>();
              for (Session session : sessions(etcd)) {
                RWMutex mutex = RWMutex.of(session, "n");
                clients.add(
                    () -> {
                      etcd.await(mutex.queueAsync());
                      return mutex.writeLock().tryLockAsync(PATIENCE);
                    });
              }
              takeTurns(etcd, sides, others, clients, hold -> hold.fencingToken().value());
            });
  }

  @Test
  void readLock_amongJunk_isNotHeldBehindAWriterAndIsHeldBesideReaders() {
    SeedSweep.of(RUNS)
        .run(
            SimulatedFaults.none(),
            etcd -> {
              List<Supplier<CompletableFuture<Optional<LockHold>>>> clients = new ArrayList<>();
              for (Session session : sessions(etcd)) {
                RWMutex mutex = RWMutex.of(session, "n");
                clients.add(() -> mutex.readLock().tryLockAsync(PATIENCE));
              }
              takeTurns(
                  etcd,
                  List.of("n/write/x", "n/write/0"),
                  both(List.of("n/read/x", "n/read/", "n/write/"), BESIDE),
                  clients,
                  hold -> hold.fencingToken().value());
            });
  }

  @Test
  void semaphore_amongJunk_countsThePermitsOfOthersAndIgnoresTheRest() {
    List<String> others =
        both(
            List.of(
                "n/holder/x",
                "n/holder//x",
                "n/holder/0/x",
                "n/holder/-1/x",
                "n/holder/1/x/y",
                "n/limit/",
                "n/limit/x",
                "n/limit/-1",
                "n/limit/007",
                "n/limit/99999999999"),
            BESIDE);
    SeedSweep.of(RUNS)
        .run(
            SimulatedFaults.none(),
            etcd -> {
              List<Supplier<CompletableFuture<Optional<PermitHold>>>> clients = new ArrayList<>();
              for (Session session : sessions(etcd)) {
                Semaphore semaphore = Semaphore.of(session, "n", 3);
                clients.add(
                    () -> {
                      etcd.await(semaphore.queueAsync());
                      return semaphore.tryAcquireAsync(2, PATIENCE);
                    });
              }
              takeTurns(
                  etcd,
                  List.of("n/holder/2/x", "n/holder/3/x", "n/holder/2147483647/x"),
                  others,
                  clients,
                  hold -> hold.fencingToken().value());
            });
  }

  @Test
  void maximum_junkWhereItStands_isAgreedOnAndRaisedAllTheSame() {
    for (String junk : List.of("n/limit/", "n/limit/x", "n/limit/003", "n/limit/-3")) {
      SimulatedEtcd etcd = SimulatedEtcd.of(1);
      List<Session> sessions = sessions(etcd);
      new Intruder(etcd).put(junk, "junk");
      etcd.await(Semaphore.of(sessions.get(0), "n", 3).acquireAsync(1));

      assertThatThrownBy(() -> etcd.await(Semaphore.of(sessions.get(1), "n", 5).acquireAsync(1)))
          .as(junk)
          .isInstanceOf(MaximumMismatchException.class);
      assertThat(etcd.await(Semaphore.of(sessions.get(0), "n", 3).raiseMaximumAsync(8)))
          .isEqualTo(8);
      assertThat(etcd.await(Semaphore.of(sessions.get(1), "n", 8).maximumAsync())).hasValue(8);
    }
  }
}
