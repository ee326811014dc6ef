package io.coord.it.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.election.Election;
import io.coord.election.ElectionEvent;
import io.coord.election.ElectionView;
import io.coord.election.Leadership;
import io.coord.election.Observation;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdMember;
import io.coord.testkit.EtcdTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Elections on three real members, over several connections and processes. */
@EtcdTest(members = 3)
class ElectionIT {

  private static final String NAME = "scheduler";
  private static final Duration TTL = Duration.ofSeconds(30);
  private static final Duration SHORT_TTL = Duration.ofSeconds(4);
  private static final Duration BOUND = Duration.ofMinutes(2);

  private final EtcdCluster cluster;
  private final List<Coord> coords = new ArrayList<>();
  private final ExecutorService workers = Executors.newCachedThreadPool();

  ElectionIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @AfterEach
  void close() throws InterruptedException {
    workers.shutdownNow();
    assertThat(workers.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    coords.forEach(Coord::close);
  }

  private Coord coord() throws InterruptedException {
    Coord coord = Coord.connect(cluster.connectionString());
    coords.add(coord);
    return coord;
  }

  private Election<String> election() throws InterruptedException {
    return Election.of(coord().openSession(TTL), NAME);
  }

  private long keys() {
    return cluster
        .etcdctl("get", "--prefix", "--keys-only", NAME + "/")
        .lines()
        .filter(line -> !line.isBlank())
        .count();
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(BOUND.toSeconds(), TimeUnit.SECONDS);
  }

  /** Candidates that lead in turn, and check that they are alone and that tokens rise. */
  private static final class Contest {

    private final AtomicReference<Leadership<String>> leader = new AtomicReference<>();
    private final AtomicLong lastToken = new AtomicLong();
    private final AtomicInteger led = new AtomicInteger();

    Void run(Election<String> election, int rounds) throws InterruptedException {
      for (int i = 0; i < rounds; i++) {
        Leadership<String> leadership = election.campaign("round " + i);
        long token = leadership.fencingToken().value();
        assertThat(leader.compareAndExchange(null, leadership)).isNull();
        assertThat(lastToken.getAndSet(token)).isLessThan(token);
        leadership.proclaim("leading in round " + i);
        assertThat(leadership.isLeader()).isTrue();
        led.incrementAndGet();
        leader.set(null);
        leadership.resign();
      }
      return null;
    }
  }

  @Test
  void campaign_membersKilledAndFrozenMeanwhile_oneLeadsAtATimeAndTokensRise() throws Exception {
    Contest contest = new Contest();
    List<Future<Void>> running = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Election<String> election = election();
      running.add(workers.submit(() -> contest.run(election, 100)));
      running.add(workers.submit(() -> contest.run(election, 100)));
    }
    EtcdMember leader = cluster.awaitLeader(BOUND);
    leader.freeze();
    awaitMoreRounds(contest, running);
    leader.thaw();
    cluster.awaitHealthy(BOUND);
    EtcdMember next = cluster.awaitLeader(BOUND);
    next.kill();
    awaitMoreRounds(contest, running);
    next.restart();
    cluster.awaitHealthy(BOUND);
    for (Future<Void> worker : running) {
      worker.get(BOUND.toSeconds(), TimeUnit.SECONDS);
    }

    assertThat(contest.led).hasValue(600);
    assertThat(keys()).isZero();
  }

  private static void awaitMoreRounds(Contest contest, List<Future<Void>> running) {
    int before = contest.led.get();
    await()
        .atMost(BOUND)
        .until(() -> contest.led.get() > before + 10 || running.stream().allMatch(Future::isDone));
  }

  @Test
  void campaign_candidatesOfSeveralConnections_leadInTheOrderTheyCame() throws Exception {
    List<CompletableFuture<Leadership<String>>> campaigns = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      campaigns.add(election().campaignAsync("candidate " + i));
      int standing = i + 1;
      await().atMost(BOUND).until(() -> keys() == standing);
    }
    for (int i = 0; i < 5; i++) {
      Leadership<String> leadership = get(campaigns.get(i));
      assertThat(leadership.value()).isEqualTo("candidate " + i);
      assertThat(campaigns.stream().filter(CompletableFuture::isDone)).hasSize(i + 1);
      leadership.resign();
    }

    assertThat(keys()).isZero();
  }

  @Test
  void campaign_allMembersRestartMeanwhile_leaderAndCandidatesGoOn() throws Exception {
    Leadership<String> first = election().campaign("one");
    CompletableFuture<Leadership<String>> second = election().campaignAsync("two");
    await().atMost(BOUND).until(() -> keys() == 2);
    cluster.members().forEach(EtcdMember::kill);
    cluster.members().forEach(EtcdMember::restart);
    cluster.awaitHealthy(BOUND);

    assertThat(first.isLeader()).isTrue();
    first.proclaim("one, after the restart");
    assertThat(second).isNotDone();
    first.resign();
    assertThat(get(second).isLeader()).isTrue();
  }

  @Test
  void lost_leadersProcessKilled_theNextLeadsWithinTheTimeToLive() throws Exception {
    try (LeadingProcess child = LeadingProcess.start(cluster.connectionString(), NAME, SHORT_TTL)) {
      child.awaitLeads();
      CompletableFuture<Leadership<String>> next = election().campaignAsync("next");
      await().atMost(BOUND).until(() -> keys() == 2);
      long killed = System.nanoTime();
      child.kill();
      Leadership<String> leadership = get(next);

      assertThat(leadership.isLeader()).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - killed))
          .isLessThan(SHORT_TTL.plusSeconds(10));
    }
  }

  @Test
  void lost_leadersProcessStoppedBeyondTheTimeToLive_learnsItAndItsGuardedWriteFails()
      throws Exception {
    try (LeadingProcess child = LeadingProcess.start(cluster.connectionString(), NAME, SHORT_TTL)) {
      child.awaitLeads();
      assertThat(child.orderToWrite("by the leader")).isTrue();
      assertThat(child.hasWritten()).isTrue();
      child.stop();
      Coord ours = coord();
      Session session = ours.openSession(TTL);
      Leadership<String> next = Election.of(session, NAME).campaign("next");
      ours.transaction()
          .require(next.guard())
          .put(LeadingProcess.ROW, "by the next leader")
          .commit();
      child.goOn();

      assertThat(child.orderToWrite("by the old leader, late")).isFalse();
      assertThat(child.hasWritten()).isFalse();
      assertThat(cluster.etcdctl("get", "--print-value-only", LeadingProcess.ROW).strip())
          .isEqualTo("by the next leader");
      assertThat(next.isLeader()).isTrue();
    }
  }

  @Test
  void lost_leadersProcessStoppedShortly_leadsOn() throws IOException, InterruptedException {
    try (LeadingProcess child = LeadingProcess.start(cluster.connectionString(), NAME, TTL)) {
      child.awaitLeads();
      child.stop();
      await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
      child.goOn();

      assertThat(child.orderToWrite("after a short pause")).isTrue();
      assertThat(child.hasWritten()).isTrue();
    }
  }

  @Test
  void observe_membersKilledOneByOneAndCompacted_missesNoProclamation() throws Exception {
    List<String> told = new CopyOnWriteArrayList<>();
    List<String> expected = new ArrayList<>();
    try (Observation observation =
        ElectionView.of(coord(), NAME).observe(event -> told.add(describe(event)))) {
      await().atMost(BOUND).until(() -> told.size() == 1);
      expected.add("nobody");
      Leadership<String> leadership = election().campaign("one");
      expected.add("one");
      for (EtcdMember member : cluster.members()) {
        member.kill();
        expected.add(proclaim(leadership, "without " + member.index()));
        await().atMost(BOUND).until(() -> told.size() == expected.size());
        cluster.compact();
        expected.add(proclaim(leadership, "compacted without " + member.index()));
        member.restart();
        cluster.awaitHealthy(BOUND);
      }
      leadership.resign();
      expected.add("nobody");
      await().atMost(BOUND).until(() -> told.size() >= expected.size());

      assertThat(told).isEqualTo(expected);
      assertThat(observation.ended().toCompletableFuture()).isNotDone();
    }
  }

  private static String proclaim(Leadership<String> leadership, String value)
      throws InterruptedException {
    leadership.proclaim(value);
    return value;
  }

  private static String describe(ElectionEvent<String> event) {
    if (event instanceof ElectionEvent.Elected<String> elected) {
      return elected.leader().value();
    }
    return event instanceof ElectionEvent.Proclaimed<String> proclaimed
        ? proclaimed.leader().value()
        : "nobody";
  }
}
