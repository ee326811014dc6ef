package io.coord.it.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coord.core.Contender;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.election.Election;
import io.coord.election.ElectionEvent;
import io.coord.election.Leader;
import io.coord.election.Leadership;
import io.coord.election.Observation;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import io.coord.testkit.EtcdctlProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Java and {@code etcdctl elect}, which is etcd's own Go client, in one election. */
@EtcdTest
class EtcdctlElectIT {

  private static final String NAME = "scheduler";
  private static final Duration TTL = Duration.ofSeconds(30);
  private static final Duration SHORT_TTL = Duration.ofSeconds(3);
  private static final Duration BOUND = Duration.ofSeconds(60);

  private final EtcdCluster cluster;
  private Coord coord;
  private Election<String> election;

  EtcdctlElectIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @BeforeEach
  void connect() throws InterruptedException {
    coord = Coord.connect(cluster.connectionString());
    election = Election.of(coord.openSession(TTL), NAME);
  }

  @AfterEach
  void close() {
    coord.close();
  }

  private EtcdctlProcess elect(String proposal) {
    return cluster.etcdctlProcess("elect", NAME, proposal);
  }

  /** Its key, followed by its proposal, is what it says when it leads. */
  private static void awaitLeads(EtcdctlProcess candidate, String proposal) {
    candidate.awaitLine(proposal::equals, BOUND);
  }

  private static boolean leads(EtcdctlProcess candidate) {
    return !candidate.lines().isEmpty();
  }

  private void awaitCandidates(int count) {
    await().atMost(BOUND).until(() -> election.candidates().size() == count);
  }

  /** What etcd does when the lease of the one that was killed, 60 s long, runs out. */
  private void letTheLeaseRunOut(Contender killed) {
    cluster.etcdctl("lease", "revoke", Long.toHexString(killed.leaseId()));
  }

  @Test
  void campaign_etcdctlLeads_waitsUntilItEnds() throws Exception {
    try (EtcdctlProcess theirs = elect("theirs")) {
      awaitLeads(theirs, "theirs");
      CompletableFuture<Leadership<String>> ours = election.campaignAsync("ours");
      awaitCandidates(2);
      assertThat(election.leader().orElseThrow().value()).isEqualTo("theirs");
      assertThat(ours).isNotDone();
      theirs.terminate();

      assertThat(ours).succeedsWithin(BOUND);
      assertThat(ours.join().isLeader()).isTrue();
    }
  }

  @Test
  void campaign_etcdctlWaitsBehindUs_leadsWhenWeResign() throws Exception {
    Leadership<String> ours = election.campaign("ours");
    try (EtcdctlProcess theirs = elect("theirs")) {
      awaitCandidates(2);
      assertThat(leads(theirs)).isFalse();
      ours.resign();

      awaitLeads(theirs, "theirs");
      assertThat(election.leader().map(Leader::value)).contains("theirs");
    }
  }

  @Test
  void campaign_javaAndEtcdctlInTurn_leadInTheOrderTheyCame() throws Exception {
    Leadership<String> first = election.campaign("first");
    try (EtcdctlProcess second = elect("second")) {
      awaitCandidates(2);
      CompletableFuture<Leadership<String>> third = election.campaignAsync("third");
      awaitCandidates(3);
      try (EtcdctlProcess fourth = elect("fourth")) {
        awaitCandidates(4);
        first.resign();
        awaitLeads(second, "second");
        assertThat(third).isNotDone();
        assertThat(leads(fourth)).isFalse();
        second.terminate();
        assertThat(third).succeedsWithin(BOUND);
        assertThat(leads(fourth)).isFalse();
        assertThat(third.join().fencingToken().value()).isGreaterThan(first.fencingToken().value());
        third.join().resign();
        awaitLeads(fourth, "fourth");
      }
    }
  }

  @Test
  void campaign_leadingEtcdctlKilled_leadsWhenItsLeaseHasRunOut() throws Exception {
    try (EtcdctlProcess theirs = elect("theirs")) {
      awaitLeads(theirs, "theirs");
      CompletableFuture<Leadership<String>> ours = election.campaignAsync("ours");
      awaitCandidates(2);
      theirs.kill();
      theirs.awaitExit(BOUND);
      assertThat(ours).isNotDone();
      letTheLeaseRunOut(election.candidates().get(0));

      assertThat(ours).succeedsWithin(BOUND);
    }
  }

  @Test
  void campaign_waitingEtcdctlKilled_isWaitedForUntilItsLeaseHasRunOut() throws Exception {
    Leadership<String> first = election.campaign("first");
    try (EtcdctlProcess theirs = elect("theirs")) {
      awaitCandidates(2);
      CompletableFuture<Leadership<String>> third = election.campaignAsync("third");
      awaitCandidates(3);
      theirs.kill();
      theirs.awaitExit(BOUND);
      first.resign();
      awaitCandidates(2);
      assertThat(third).isNotDone();
      letTheLeaseRunOut(election.candidates().get(0));

      assertThat(third).succeedsWithin(BOUND);
    }
  }

  @Test
  void campaign_ourLeadingProcessKilled_etcdctlLeadsWithinTheTimeToLive() throws IOException {
    try (LeadingProcess ours = LeadingProcess.start(cluster.connectionString(), NAME, SHORT_TTL)) {
      ours.awaitLeads();
      try (EtcdctlProcess theirs = elect("theirs")) {
        awaitCandidates(2);
        assertThat(leads(theirs)).isFalse();
        ours.kill();

        awaitLeads(theirs, "theirs");
      }
    }
  }

  @Test
  void campaign_ourWaitingProcessKilled_etcdctlBehindItLeadsOnlyAfterTheLeader() throws Exception {
    Leadership<String> first = election.campaign("first");
    try (LeadingProcess second =
        LeadingProcess.start(cluster.connectionString(), NAME, SHORT_TTL)) {
      awaitCandidates(2);
      try (EtcdctlProcess third = elect("third")) {
        awaitCandidates(3);
        second.kill();
        awaitCandidates(2);
        assertThat(leads(third)).isFalse();
        assertThat(first.isLeader()).isTrue();
        first.resign();

        awaitLeads(third, "third");
      }
    }
  }

  @Test
  void proclaim_etcdctlListens_hearsEveryValueInOrder() throws Exception {
    try (EtcdctlProcess listener = cluster.etcdctlProcess("elect", "--listen", NAME)) {
      Leadership<String> ours = election.campaign("one");
      listener.awaitLine("one"::equals, BOUND);
      ours.proclaim("two");
      ours.proclaim("three");
      listener.awaitLine("three"::equals, BOUND);
      try (Session session = coord.openSession(TTL)) {
        CompletableFuture<Leadership<String>> next =
            Election.of(session, NAME).campaignAsync("four");
        awaitCandidates(2);
        ours.resign();
        assertThat(next).succeedsWithin(BOUND);
        listener.awaitLine("four"::equals, BOUND);
      }

      assertThat(listener.lines().stream().filter(line -> !line.startsWith(NAME)))
          .containsSubsequence("one", "two", "three", "four");
    }
  }

  @Test
  void observe_etcdctlLeadsAndEnds_isTold() throws Exception {
    List<String> told = new CopyOnWriteArrayList<>();
    try (Observation observation = election.observe(event -> told.add(describe(event)))) {
      try (EtcdctlProcess first = elect("first")) {
        awaitLeads(first, "first");
        try (EtcdctlProcess second = elect("second")) {
          awaitCandidates(2);
          first.terminate();
          awaitLeads(second, "second");
          second.terminate();
          second.awaitExit(BOUND);
        }
      }
      await().atMost(BOUND).until(() -> told.size() >= 4);

      assertThat(told).containsExactly("nobody", "first", "second", "nobody");
      assertThat(observation.ended().toCompletableFuture()).isNotDone();
    }
  }

  private static String describe(ElectionEvent<String> event) {
    return event instanceof ElectionEvent.Elected<String> elected
        ? elected.leader().value()
        : "nobody";
  }
}
