package io.coord.it.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.election.Election;
import io.coord.election.LeaderRunner;
import io.coord.election.LeaderRunnerState;
import io.coord.election.Leadership;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The end of the managed form of an election, on a real member. */
@EtcdTest
class LeaderRunnerCloseIT extends LeaderRunnerScenario {

  LeaderRunnerCloseIT(EtcdCluster cluster) {
    super(cluster);
  }

  @Test
  void close_whileTheWorkRuns_interruptsItAndLeavesNoKey() {
    LeaderRunner runner = start(this::untilInterrupted);
    awaitLed(1);
    runner.close();
    runner.close();

    assertThat(interrupted).hasValue(1);
    assertThat(runner.state()).isEqualTo(LeaderRunnerState.CLOSED);
    assertThat(runner.ended().toCompletableFuture()).succeedsWithin(BOUND);
    assertThat(keys()).isEmpty();
    assertThat(cluster.leaseCount()).isZero();
  }

  @Test
  void close_workCleansUpFirst_keepsTheLeadershipUntilItHasEnded() throws InterruptedException {
    CountDownLatch cleaned = new CountDownLatch(1);
    AtomicBoolean ledWhileCleaningUp = new AtomicBoolean();
    LeaderRunner runner =
        start(
            leadership -> {
              try {
                untilInterrupted(leadership);
              } finally {
                awaitInAnyCase(cleaned);
                ledWhileCleaningUp.set(leadership.isLeader());
              }
            });
    Leadership<String> first = awaitLed(1);
    CompletableFuture<Void> closing = runner.closeAsync();
    await().atMost(BOUND).until(() -> interrupted.get() == 1);
    assertThat(keys()).isEqualTo(first.key());
    cleaned.countDown();

    assertThat(closing).succeedsWithin(BOUND);
    assertThat(ledWhileCleaningUp).isTrue();
    assertThat(keys()).isEmpty();
  }

  @Test
  void close_workIgnoresIt_returnsInTimeAndTheNextLeadsWhenTheLeaseHasRunOut()
      throws InterruptedException {
    CountDownLatch release = new CountDownLatch(1);
    LeaderRunner runner =
        start(
            coord,
            OPTIONS.withStopTimeout(Duration.ofMillis(300)),
            leadership -> awaitInAnyCase(release));
    Leadership<String> first = awaitLed(1);
    runner.close();

    assertThat(runner.state()).isEqualTo(LeaderRunnerState.STOPPING);
    assertThat(first.isLeader()).isFalse();
    assertThat(keys()).isEqualTo(first.key());
    try (Session session = coord.openSession(TTL);
        Leadership<String> next = Election.of(session, "scheduler").campaign("next")) {
      assertThat(next.fencingToken().value()).isGreaterThan(first.fencingToken().value());
    }
    assertThat(runner.ended().toCompletableFuture()).isNotDone();
    release.countDown();
    assertThat(runner.ended().toCompletableFuture()).succeedsWithin(BOUND);
    assertThat(led).hasSize(1);
  }

  @Test
  void close_byTheWorkItself_doesNotWaitAndStandsNoMore() {
    AtomicReference<LeaderRunner> own = new AtomicReference<>();
    CountDownLatch known = new CountDownLatch(1);
    AtomicBoolean stillLed = new AtomicBoolean();
    LeaderRunner runner =
        start(
            leadership -> {
              awaitInAnyCase(known);
              own.get().close();
              stillLed.set(leadership.isLeader() && !Thread.currentThread().isInterrupted());
            });
    own.set(runner);
    known.countDown();

    assertThat(runner.ended().toCompletableFuture()).succeedsWithin(BOUND);
    assertThat(stillLed).isTrue();
    assertThat(led).hasSize(1);
    assertThat(keys()).isEmpty();
  }

  @Test
  void close_whileStanding_leavesNoKeyAndNeverRunsTheWork() throws InterruptedException {
    try (Session session = coord.openSession(TTL);
        Leadership<String> other = Election.of(session, "scheduler").campaign("other")) {
      LeaderRunner runner = start(this::untilInterrupted);
      await().atMost(BOUND).until(() -> keys().lines().filter(l -> !l.isBlank()).count() == 2);
      runner.close();

      assertThat(keys()).isEqualTo(other.key());
    }
    assertThat(led).isEmpty();
  }

  @Test
  void close_atAnyMomentOfTheBeginning_leavesNoLease() {
    for (int i = 0; i < 30; i++) {
      LeaderRunner runner = start(this::untilInterrupted);
      Duration pause = Duration.ofNanos(i * 200_000L);
      await().pollDelay(pause).pollInterval(Duration.ofMillis(1)).until(() -> true);
      runner.close();
    }

    assertThat(cluster.leaseCount()).isZero();
    assertThat(keys()).isEmpty();
  }

  @Test
  void close_whileEtcdCannotBeReached_returnsInTime() throws InterruptedException {
    LeaderRunner runner =
        start(coord, OPTIONS.withStopTimeout(Duration.ofSeconds(2)), this::untilInterrupted);
    awaitLed(1);
    cluster.member(0).freeze();
    runner.close();

    assertThat(interrupted).hasValue(1);
    assertThat(led.get(0).isLeader()).isFalse();
  }

  @Test
  void connectionClosed_underTheRunner_stopsTheWorkAndEndsIt() throws InterruptedException {
    Coord own = Coord.builder().endpoints(cluster.connectionString()).name("runners-own").connect();
    LeaderRunner runner = start(own, OPTIONS, this::untilInterrupted);
    awaitLed(1);
    own.close();

    assertThat(runner.ended().toCompletableFuture()).succeedsWithin(BOUND);
    assertThat(interrupted).hasValue(1);
    runner.close();
    assertThat(runner.state()).isEqualTo(LeaderRunnerState.CLOSED);
    await().atMost(BOUND).until(() -> threads("runners-own") == 0);
    assertThat(cluster.leaseCount()).isZero();
  }

  @Test
  void connectionClosed_whileTheRunnerPauses_endsItAtOnce() throws InterruptedException {
    Duration anHour = Duration.ofHours(1);
    Coord own = Coord.connect(cluster.connectionString());
    LeaderRunner runner =
        start(
            own,
            OPTIONS.withBackoff(anHour, anHour),
            leadership -> {
              throw new IllegalStateException("the work's own trouble");
            });
    await().atMost(BOUND).until(() -> runner.state() == LeaderRunnerState.PAUSING);
    own.close();

    assertThat(runner.ended().toCompletableFuture()).succeedsWithin(BOUND);
  }

  @Test
  void start_onAClosedConnection_endsAtOnce() throws InterruptedException {
    Coord own = Coord.connect(cluster.connectionString());
    own.close();
    LeaderRunner runner = start(own, OPTIONS, this::untilInterrupted);

    assertThat(runner.ended().toCompletableFuture()).succeedsWithin(BOUND);
    assertThat(led).isEmpty();
  }
}
