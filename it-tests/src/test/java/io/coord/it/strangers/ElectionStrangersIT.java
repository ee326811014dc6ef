package io.coord.it.strangers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coord.core.Session;
import io.coord.election.Election;
import io.coord.election.ElectionEvent;
import io.coord.election.Leadership;
import io.coord.election.Observation;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Our election and that of etcd's Go client in one line. */
@EtcdTest
class ElectionStrangersIT extends BesideStrangers {

  ElectionStrangersIT(EtcdCluster cluster) {
    super(cluster);
  }

  private Election<String> ours() {
    return Election.of(session, NAME);
  }

  @Test
  void campaign_goLeadsThenWeThenGo_followsTheOrder() throws Exception {
    try (Stranger first = stranger("election");
        Stranger last = stranger("election")) {
      first.ask("campaign go1");
      CompletableFuture<Leadership<String>> second = ours().campaignAsync("java");
      awaitKeys(2);
      last.tell("campaign go2");
      awaitKeys(3);

      assertThat(ours().leader().orElseThrow().value()).isEqualTo("go1");
      first.ask("resign");
      Leadership<String> leadership = get(second);
      assertThat(first.ask("leader")).isEqualTo("java");
      assertThat(last.isWaiting()).isTrue();
      leadership.resign();
      last.answer();
      assertThat(ours().leader().orElseThrow().value()).isEqualTo("go2");
    }
  }

  @Test
  void campaign_goLeaderKilled_isOursWhenItsLeaseIsOver() throws Exception {
    try (Stranger leader = stranger("election")) {
      leader.ask("campaign go");
      CompletableFuture<Leadership<String>> waiting = ours().campaignAsync("java");
      awaitKeys(2);
      leader.kill();

      assertThat(get(waiting).isLeader()).isTrue();
    }
  }

  @Test
  void campaign_ourLeadersSessionEnds_isTheGoCandidates() throws Exception {
    Session other = newSession();
    Election.of(other, NAME).campaign("java");
    try (Stranger candidate = stranger("election")) {
      candidate.tell("campaign go");
      awaitKeys(2);
      assertThat(candidate.isWaiting()).isTrue();
      other.close();
      candidate.answer();

      assertThat(ours().leader().orElseThrow().value()).isEqualTo("go");
    }
  }

  @Test
  void observe_goElectedProclaimingAndResigning_isTold() throws Exception {
    List<String> told = new CopyOnWriteArrayList<>();
    try (Observation observation = ours().observe(event -> told.add(describe(event)));
        Stranger leader = stranger("election")) {
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
