package io.coord.it.strangers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.election.Election;
import io.coord.election.ElectionEvent;
import io.coord.election.Leadership;
import io.coord.election.Observation;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Our election and that of etcd's Go client in one line. */
@EtcdTest
class ElectionStrangersIT {

  private static final String NAME = "shared";
  private static final Duration BOUND = Duration.ofMinutes(1);

  private final EtcdCluster cluster;
  private Coord coord;
  private Election<String> ours;

  ElectionStrangersIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @BeforeEach
  void connect() throws InterruptedException {
    coord = Coord.connect(cluster.connectionString());
    Session session = coord.openSession(Duration.ofSeconds(30));
    ours = Election.of(session, NAME);
  }

  @AfterEach
  void close() {
    coord.close();
    cluster.deleteEverything();
  }

  private void awaitKeys(int count) {
    await().atMost(BOUND).until(() -> cluster.keyCount() == count);
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(BOUND.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void campaign_goLeadsThenWeThenGo_followsTheOrder() throws Exception {
    try (Stranger first = Stranger.of(cluster, "election", NAME);
        Stranger last = Stranger.of(cluster, "election", NAME)) {
      first.ask("campaign go1");
      CompletableFuture<Leadership<String>> second = ours.campaignAsync("java");
      awaitKeys(2);
      last.tell("campaign go2");
      awaitKeys(3);

      assertThat(ours.leader().orElseThrow().value()).isEqualTo("go1");
      first.ask("resign");
      Leadership<String> leadership = get(second);
      assertThat(first.ask("leader")).isEqualTo("java");
      assertThat(last.isWaiting()).isTrue();
      leadership.resign();
      last.answer();
      assertThat(ours.leader().orElseThrow().value()).isEqualTo("go2");
    }
  }

  @Test
  void campaign_goLeaderKilled_isOursWhenItsLeaseIsOver() throws Exception {
    try (Stranger leader = Stranger.of(cluster, "election", NAME)) {
      leader.ask("campaign go");
      CompletableFuture<Leadership<String>> waiting = ours.campaignAsync("java");
      awaitKeys(2);
      leader.kill();

      assertThat(get(waiting).isLeader()).isTrue();
    }
  }

  @Test
  void observe_goElectedProclaimingAndResigning_isTold() throws Exception {
    List<String> told = new CopyOnWriteArrayList<>();
    try (Observation observation = ours.observe(event -> told.add(describe(event)));
        Stranger leader = Stranger.of(cluster, "election", NAME)) {
      await().atMost(BOUND).until(() -> told.size() == 1);
      leader.ask("campaign one");
      leader.ask("proclaim two");
      leader.ask("resign");

      await()
          .atMost(BOUND)
          .untilAsserted(
              () ->
                  assertThat(told)
                      .containsExactly("nobody", "elected one", "proclaimed two", "nobody"));
    }
  }

  private static String describe(ElectionEvent<String> event) {
    if (event instanceof ElectionEvent.Elected<String> elected) {
      return "elected " + elected.leader().value();
    }
    if (event instanceof ElectionEvent.Proclaimed<String> proclaimed) {
      return "proclaimed " + proclaimed.leader().value();
    }
    return "nobody";
  }
}
