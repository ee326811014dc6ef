package io.coord.it.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.election.Election;
import io.coord.election.LeaderRunner;
import io.coord.election.LeaderRunnerState;
import io.coord.election.LeaderWork;
import io.coord.election.Leadership;
import io.coord.testkit.ClientCut;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdMember;
import io.coord.testkit.EtcdTest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The managed form of an election, on a real member. */
@EtcdTest
class LeaderRunnerIT extends LeaderRunnerScenario {

  LeaderRunnerIT(EtcdCluster cluster) {
    super(cluster);
  }

  @Test
  void start_nobodyElseStands_runsTheWorkInItsOwnThreadWhileLeading() {
    AtomicReference<Thread> thread = new AtomicReference<>();
    AtomicBoolean leads = new AtomicBoolean();
    LeaderRunner runner =
        start(
            leadership -> {
              thread.set(Thread.currentThread());
              leads.set(leadership.isLeader());
              untilInterrupted(leadership);
            });
    await().atMost(BOUND).until(leads::get);

    assertThat(runner.state()).isEqualTo(LeaderRunnerState.LEADING);
    assertThat(runner.name()).isEqualTo("scheduler");
    assertThat(thread.get().getName()).isEqualTo("runners-leader-scheduler");
    assertThat(thread.get().isDaemon()).isTrue();
    assertThat(keys()).isEqualTo(awaitLed(1).key());
  }

  @Test
  void work_leaseRevokedFromOutside_isInterruptedAndStandsAgainWithAnotherSession() {
    start(this::untilInterrupted);
    Leadership<String> first = awaitLed(1);
    revokeTheLeaseOf(first);
    Leadership<String> second = awaitLed(2);

    assertThat(interrupted).hasValue(1);
    assertThat(first.isLeader()).isFalse();
    assertThat(first.lost().toCompletableFuture()).succeedsWithin(BOUND);
    assertThat(second.fencingToken().value()).isGreaterThan(first.fencingToken().value());
    assertThat(leaseOf(second)).isNotEqualTo(leaseOf(first));
  }

  @Test
  void work_keyDeletedByHand_isInterruptedAndStandsAgain() {
    start(this::untilInterrupted);
    Leadership<String> first = awaitLed(1);
    cluster.etcdctl("del", first.key());
    Leadership<String> second = awaitLed(2);

    assertThat(interrupted).hasValue(1);
    assertThat(second.fencingToken().value()).isGreaterThan(first.fencingToken().value());
  }

  @Test
  void work_cutOffAndCallbacksStuck_isInterruptedBeforeItsLeaseExpires()
      throws InterruptedException {
    AtomicLong interruptedAt = new AtomicLong();
    try (Coord stuck =
        Coord.builder()
            .endpoints(cluster.connectionString())
            .name("runners-stuck")
            .callbackExecutor(callback -> {})
            .connect()) {
      LeaderRunner runner =
          start(
              stuck,
              OPTIONS.withTtl(TTL.multipliedBy(2)),
              leadership -> {
                try {
                  untilInterrupted(leadership);
                } finally {
                  interruptedAt.compareAndSet(0, System.nanoTime());
                }
              });
      awaitLed(1);
      cluster.member(0).cutClients(ClientCut.SILENT);
      await().atMost(BOUND).until(() -> cluster.leaseCount() == 0);
      long seenExpired = System.nanoTime();
      await().atMost(BOUND).until(() -> interruptedAt.get() != 0);

      assertThat(Duration.ofNanos(seenExpired - interruptedAt.get())).isPositive();
      cluster.member(0).reconnectClients();
      awaitLed(2);
      runner.close();
    }
  }

  @Test
  void work_ignoresTheInterrupt_noOtherCopyBeginsBeforeItEnds() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    LeaderRunner runner =
        start(
            coord,
            OPTIONS.withStopTimeout(Duration.ofMillis(200)),
            leadership -> {
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              awaitInAnyCase(release);
              running.decrementAndGet();
              if (led.size() > 1) {
                untilInterrupted(leadership);
              }
            });
    revokeTheLeaseOf(awaitLed(1));
    await().atMost(BOUND).until(() -> runner.state() == LeaderRunnerState.STOPPING);
    try (Session session = coord.openSession(TTL);
        Leadership<String> other = Election.of(session, "scheduler").campaign("other")) {
      assertThat(other.isLeader()).isTrue();
      assertThat(led).hasSize(1);
      assertThat(runner.state()).isEqualTo(LeaderRunnerState.STOPPING);
      release.countDown();
      await().atMost(BOUND).until(() -> runner.state() == LeaderRunnerState.STANDING);
      assertThat(led).hasSize(1);
    }
    awaitLed(2);

    assertThat(most).hasValue(1);
  }

  @Test
  void work_returns_resignsAndStandsAgain() {
    start(
        leadership -> {
          if (led.size() > 2) {
            untilInterrupted(leadership);
          }
        });
    Leadership<String> third = awaitLed(3);

    assertThat(led)
        .extracting(leadership -> leadership.fencingToken().value())
        .isSorted()
        .doesNotHaveDuplicates();
    assertThat(keys()).isEqualTo(third.key());
  }

  @Test
  void work_throws_resignsPausesAndStandsAgain() {
    List<LeaderRunnerState> states = new CopyOnWriteArrayList<>();
    CountDownLatch listening = new CountDownLatch(1);
    LeaderRunner runner =
        start(
            leadership -> {
              awaitInAnyCase(listening);
              switch (led.size()) {
                case 1 -> throw new IOException("the work's own trouble");
                case 2 -> throw new StackOverflowError("the work's own trouble");
                default -> untilInterrupted(leadership);
              }
            });
    runner.addListener((from, state) -> states.add(state));
    listening.countDown();
    awaitLed(3);
    runner.close();
    await().atMost(BOUND).until(() -> states.contains(LeaderRunnerState.CLOSED));

    assertThat(states.subList(states.indexOf(LeaderRunnerState.STANDING), states.size()))
        .containsExactly(
            LeaderRunnerState.STANDING,
            LeaderRunnerState.PAUSING,
            LeaderRunnerState.STANDING,
            LeaderRunnerState.LEADING,
            LeaderRunnerState.STANDING,
            LeaderRunnerState.PAUSING,
            LeaderRunnerState.STANDING,
            LeaderRunnerState.LEADING,
            LeaderRunnerState.STOPPING,
            LeaderRunnerState.CLOSED);
  }

  @Test
  void work_leavesAnInterruptFlagBehind_theNextOneBeginsWithout() {
    List<Boolean> flags = new CopyOnWriteArrayList<>();
    start(
        leadership -> {
          flags.add(Thread.currentThread().isInterrupted());
          if (flags.size() < 5) {
            Thread.currentThread().interrupt();
          } else {
            untilInterrupted(leadership);
          }
        });
    awaitLed(5);
    await().atMost(BOUND).until(() -> flags.size() == 5);

    assertThat(flags).containsOnly(false);
    assertThat(interrupted).hasValue(0);
  }

  @Test
  void standing_interruptedByAStranger_goesOnStanding() throws InterruptedException {
    try (Session session = coord.openSession(TTL);
        Leadership<String> other = Election.of(session, "scheduler").campaign("other")) {
      LeaderRunner runner = start(this::untilInterrupted);
      await().atMost(BOUND).until(() -> keys().lines().filter(l -> !l.isBlank()).count() == 2);
      Thread.getAllStackTraces().keySet().stream()
          .filter(thread -> thread.getName().equals("runners-leader-scheduler"))
          .forEach(Thread::interrupt);
      assertThat(other.isLeader()).isTrue();
      assertThat(runner.state()).isEqualTo(LeaderRunnerState.STANDING);
    }
    awaitLed(1);

    assertThat(interrupted).hasValue(0);
  }

  @Test
  void listener_executorThatCallsAtOnce_isNeverCalledBetweenTheLastLookAndTheWork()
      throws InterruptedException {
    AtomicReference<String> lastTeller = new AtomicReference<>("");
    CountDownLatch listening = new CountDownLatch(1);
    try (Coord direct =
        Coord.builder()
            .endpoints(cluster.connectionString())
            .name("runners-direct")
            .callbackExecutor(Runnable::run)
            .connect()) {
      LeaderRunner runner =
          start(
              direct,
              OPTIONS,
              leadership -> {
                if (led.size() == 1) {
                  awaitInAnyCase(listening);
                } else {
                  untilInterrupted(leadership);
                }
              });
      runner.addListener(
          (from, state) -> {
            if (state == LeaderRunnerState.LEADING) {
              lastTeller.set(Thread.currentThread().getName());
            }
          });
      listening.countDown();
      awaitLed(2);
      await().atMost(BOUND).until(() -> lastTeller.get().equals("runners-direct-io"));
      runner.close();
    }
  }

  @Test
  void work_resignsByItself_isToldToStop() {
    start(
        leadership -> {
          if (led.size() == 1) {
            CompletableFuture<?> resigned = leadership.resignAsync();
            assertThat(resigned).isNotNull();
          }
          untilInterrupted(leadership);
        });
    awaitLed(2);

    assertThat(interrupted).hasValue(1);
  }

  @Test
  void start_emptyName_isRefused() {
    assertThatThrownBy(() -> LeaderRunner.start(coord, "", "one", this::untilInterrupted))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("election");
  }

  @Test
  void start_etcdIsDown_leadsWhenItIsThereAgain() {
    EtcdMember member = cluster.member(0);
    member.kill();
    LeaderRunner runner = start(this::untilInterrupted);
    assertThat(runner.state()).isIn(LeaderRunnerState.STANDING, LeaderRunnerState.PAUSING);
    member.restart();

    awaitLed(1);
  }

  @Test
  void work_shortFreezeOfEtcdWithinTheTtl_isNotTouched() {
    LeaderRunner runner =
        start(coord, OPTIONS.withTtl(Duration.ofSeconds(20)), this::untilInterrupted);
    Leadership<String> first = awaitLed(1);
    cluster.member(0).freeze();
    await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
    cluster.member(0).thaw();
    cluster.awaitHealthy(BOUND);

    assertThat(first.isLeader()).isTrue();
    assertThat(runner.state()).isEqualTo(LeaderRunnerState.LEADING);
    assertThat(interrupted).hasValue(0);
  }

  @Test
  void runners_manyOfTwoConnections_workOneAtATimeAndTokensRise() throws InterruptedException {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger violations = new AtomicInteger();
    AtomicReference<Long> lastToken = new AtomicReference<>(0L);
    try (Coord other =
        Coord.builder().endpoints(cluster.connectionString()).name("runners-two").connect()) {
      LeaderWork<String, IOException> work =
          leadership -> {
            if (running.incrementAndGet() != 1
                || lastToken.getAndSet(leadership.fencingToken().value())
                    >= leadership.fencingToken().value()) {
              violations.incrementAndGet();
            }
            try {
              leadership.proclaim("busy");
            } finally {
              running.decrementAndGet();
            }
            if (led.size() % 25 == 0) {
              throw new IOException("now and then");
            }
          };
      for (int i = 0; i < 4; i++) {
        start(i % 2 == 0 ? coord : other, OPTIONS.withTtl(Duration.ofSeconds(30)), work);
      }
      awaitLed(100);
      runners.forEach(LeaderRunner::close);
    }

    assertThat(violations).hasValue(0);
    assertThat(keys()).isEmpty();
  }
}
