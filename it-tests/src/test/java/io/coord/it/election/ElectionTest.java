package io.coord.it.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.Contender;
import io.coord.core.Coord;
import io.coord.core.HoldLoss;
import io.coord.core.KeyDeletedException;
import io.coord.core.Release;
import io.coord.core.Session;
import io.coord.core.SessionLostException;
import io.coord.core.internal.store.KeyRange;
import io.coord.election.Election;
import io.coord.election.ElectionView;
import io.coord.election.Leader;
import io.coord.election.Leadership;
import io.coord.election.NotLeaderException;
import io.coord.testkit.sim.RequestKind;
import io.coord.testkit.sim.SeedSweep;
import io.coord.testkit.sim.SimulatedEtcd;
import io.coord.testkit.sim.SimulatedFaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The election on the simulated store, where time and the order of things are ours. */
class ElectionTest {

  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration A_MOMENT = Duration.ofMillis(200);

  private final SimulatedEtcd etcd = SimulatedEtcd.of(1);
  private final Coord a = etcd.coord("a");
  private final Coord b = etcd.coord("b");

  private Session session(Coord coord) {
    return etcd.await(coord.openSessionAsync(TTL));
  }

  private Election<String> election(Coord coord) {
    return Election.of(session(coord), "scheduler");
  }

  private Leadership<String> elected(Coord coord, String value) {
    return etcd.await(election(coord).campaignAsync(value));
  }

  /** Stands behind whoever stands already. */
  private CompletableFuture<Leadership<String>> standing(Coord coord, String value) {
    CompletableFuture<Leadership<String>> campaign = election(coord).campaignAsync(value);
    etcd.runFor(A_MOMENT);
    return campaign;
  }

  private int keys() {
    return etcd.keys(KeyRange.prefix(Bytes.utf8("scheduler/"))).size();
  }

  private Optional<Leader<String>> leader() {
    return etcd.await(ElectionView.of(b, "scheduler").leaderAsync());
  }

  @Test
  void leader_nobodyStands_isEmpty() {
    assertThat(leader()).isEmpty();
  }

  @Test
  void campaign_nobodyElse_leadsAfterOneCommit() {
    Election<String> election = election(a);
    long before = etcd.revision();
    Leadership<String> leadership = etcd.await(election.campaignAsync("one"));

    assertThat(leadership.isLeader()).isTrue();
    assertThat(leadership.value()).isEqualTo("one");
    assertThat(etcd.revision()).isEqualTo(before + 1);
    assertThat(leader().orElseThrow())
        .returns("one", Leader::value)
        .returns(leadership.key(), Leader::key)
        .returns(leadership.fencingToken(), Leader::fencingToken);
  }

  @Test
  void campaign_several_leadInTheOrderTheyCame() {
    List<String> led = new ArrayList<>();
    List<CompletableFuture<Leadership<String>>> campaigns = new ArrayList<>();
    for (String value : List.of("one", "two", "three", "four")) {
      campaigns.add(standing(campaigns.size() % 2 == 0 ? a : b, value));
    }
    long token = 0;
    for (CompletableFuture<Leadership<String>> campaign : campaigns) {
      Leadership<String> leadership = etcd.await(campaign);
      assertThat(campaigns.stream().filter(CompletableFuture::isDone).count())
          .isEqualTo(led.size() + 1L);
      assertThat(leadership.fencingToken().value()).isGreaterThan(token);
      token = leadership.fencingToken().value();
      led.add(leadership.value());
      assertThat(etcd.await(leadership.resignAsync())).isEqualTo(Release.RELEASED);
    }

    assertThat(led).containsExactly("one", "two", "three", "four");
    assertThat(keys()).isZero();
  }

  @Test
  void campaign_keyGoneWhileItWaitedAndThenLeaderResigns_isNeverToldThatItLeads() {
    Leadership<String> first = elected(a, "one");
    Session waiting = session(b);
    CompletableFuture<Leadership<String>> second =
        Election.of(waiting, "scheduler").campaignAsync("two");
    etcd.runFor(A_MOMENT);

    etcd.faults().pause("b");
    etcd.faults().revokeLease(waiting.leaseId());
    etcd.await(first.resignAsync());
    etcd.faults().resume("b");
    etcd.await(second::isDone);

    assertThat(second)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .havingCause()
        .isInstanceOfAny(KeyDeletedException.class, SessionLostException.class);
  }

  @Test
  void campaign_keyGoneAndTheWatchCompactedAway_isNeverToldThatItLeads() {
    Leadership<String> first = elected(a, "one");
    Session waiting = session(b);
    CompletableFuture<Leadership<String>> second =
        Election.of(waiting, "scheduler").campaignAsync("two");
    etcd.runFor(A_MOMENT);

    etcd.faults().partition("b");
    etcd.faults().breakWatches("b");
    etcd.faults().revokeLease(waiting.leaseId());
    etcd.await(first.resignAsync());
    etcd.faults().compact();
    etcd.faults().heal("b");
    etcd.await(second::isDone);

    assertThat(second).isCompletedExceptionally();
  }

  @Test
  void campaign_leaseDiedWhileItWaited_isToldSo() {
    Leadership<String> first = elected(a, "one");
    Session waiting = session(b);
    CompletableFuture<Leadership<String>> second =
        Election.of(waiting, "scheduler").campaignAsync("two");
    etcd.runFor(A_MOMENT);
    etcd.faults().revokeLease(waiting.leaseId());

    assertThatThrownBy(() -> etcd.await(second))
        .isInstanceOfAny(KeyDeletedException.class, SessionLostException.class);
    assertThat(first.isLeader()).isTrue();
  }

  @Test
  void campaign_cancelled_leavesNoKey() {
    elected(a, "one");
    CompletableFuture<Leadership<String>> second = standing(b, "two");
    second.cancel(true);
    etcd.runFor(A_MOMENT);

    assertThat(keys()).isEqualTo(1);
  }

  @Test
  void campaignAsync_timeOver_givesNothingAndLeavesNoKey() {
    elected(a, "one");
    Optional<Leadership<String>> second = etcd.await(election(b).campaignAsync("two", A_MOMENT));

    assertThat(second).isEmpty();
    assertThat(keys()).isEqualTo(1);
  }

  @Test
  void candidatesAsync_severalStand_givesThemInOrderWithTheTimeLeft() {
    elected(a, "one");
    standing(b, "two");
    standing(a, "three");
    List<Contender> candidates = etcd.await(ElectionView.of(b, "scheduler").candidatesAsync());

    assertThat(candidates)
        .extracting(candidate -> candidate.value().utf8())
        .containsExactly("one", "two", "three");
    assertThat(candidates)
        .allSatisfy(
            candidate ->
                assertThat(candidate.ttlLeft().orElseThrow())
                    .isPositive()
                    .isLessThanOrEqualTo(TTL));
  }

  @Test
  void lost_leaderCutOff_isToldBeforeTheNextLeads() {
    Leadership<String> first = elected(a, "one");
    CompletableFuture<Leadership<String>> second = standing(b, "two");
    Duration cut = etcd.now();
    etcd.faults().partition("a");

    assertThat(etcd.await(first.lost().toCompletableFuture()).reason())
        .isEqualTo(HoldLoss.Reason.SESSION_LOST);
    assertThat(first.isLeader()).isFalse();
    assertThat(second).isNotDone();
    etcd.await(second);
    assertThat(etcd.now().minus(cut)).isLessThan(TTL.plusSeconds(2));
  }

  @Test
  void lost_shortPauseWithinTheTtl_changesNothing() {
    Leadership<String> first = elected(a, "one");
    CompletableFuture<Leadership<String>> second = standing(b, "two");
    etcd.faults().pause("a", TTL.dividedBy(3));
    etcd.runFor(TTL.multipliedBy(3));

    assertThat(first.isLeader()).isTrue();
    assertThat(second).isNotDone();
  }

  @Test
  void lost_keyDeletedByHand_isTold() {
    Leadership<String> first = elected(a, "one");
    etcd.runFor(Duration.ofSeconds(1));
    etcd.faults().deleteKey(Bytes.utf8(first.key()));

    assertThat(etcd.await(first.lost().toCompletableFuture()).reason())
        .isEqualTo(HoldLoss.Reason.KEY_DELETED);
  }

  @Test
  void resignAsync_replyLost_doesNotResignForTheNext() {
    Leadership<String> first = elected(a, "one");
    CompletableFuture<Leadership<String>> second = standing(b, "two");
    etcd.faults().loseReply("a", RequestKind.TXN);
    CompletableFuture<Release> resigned = first.resignAsync();
    etcd.await(second);
    etcd.await(resigned);
    etcd.runFor(TTL);

    assertThat(second.join().isLeader()).isTrue();
    assertThat(keys()).isEqualTo(1);
  }

  @Test
  void resume_knownKeyAndRevision_leadsOn() {
    Session session = session(a);
    Leadership<String> first = etcd.await(Election.of(session, "scheduler").campaignAsync("one"));
    etcd.await(first.proclaimAsync("two"));
    Session taken = etcd.await(b.takeOverSessionAsync(session.leaseId()));
    Leadership<String> resumed =
        etcd.await(
            Election.of(taken, "scheduler").resumeAsync(first.key(), first.fencingToken().value()));

    assertThat(resumed.isLeader()).isTrue();
    assertThat(resumed.value()).isEqualTo("two");
    etcd.await(resumed.proclaimAsync("three"));
    assertThat(leader().orElseThrow().value()).isEqualTo("three");
  }

  @Test
  void resume_noMemberAnswersForAWhile_leadsOnWhenOneDoes() {
    SeedSweep.of(60).run(SimulatedFaults.none(), ElectionTest::resumeThroughAnOutageIn);
  }

  private static void resumeThroughAnOutageIn(SimulatedEtcd other) {
    Session session = other.await(other.coord("c").openSessionAsync(Duration.ofMinutes(2)));
    Leadership<String> first = other.await(Election.of(session, "scheduler").campaignAsync("one"));
    other.faults().kill("c");
    Session taken = other.await(other.coord("d").takeOverSessionAsync(session.leaseId()));
    CompletableFuture<Leadership<String>> resumed =
        Election.of(taken, "scheduler").resumeAsync(first.key(), first.fencingToken().value());
    other.runFor(Duration.ofNanos(other.seed() * 200_000));
    other.faults().stopServer(Duration.ofSeconds(15));

    assertThat(other.await(resumed).isLeader()).isTrue();
    assertThat(resumed.join().value()).isEqualTo("one");
  }

  @Test
  void resume_keyOfAnotherRevision_isRefusedAndWritesNothing() {
    Session session = session(a);
    Leadership<String> first = etcd.await(Election.of(session, "scheduler").campaignAsync("one"));
    Session taken = etcd.await(b.takeOverSessionAsync(session.leaseId()));
    long before = etcd.revision();

    assertThatThrownBy(
            () ->
                etcd.await(
                    Election.of(taken, "scheduler")
                        .resumeAsync(first.key(), first.fencingToken().value() - 1)))
        .isInstanceOf(KeyDeletedException.class)
        .hasMessageContaining(first.key());
    assertThat(etcd.revision()).isEqualTo(before);
  }

  @Test
  void resume_keyOfAnotherElection_isRefused() {
    Election<String> election = election(a);

    assertThatThrownBy(() -> election.resumeAsync("other/1234", 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("other/1234");
  }

  @Test
  void names_oneBeginningLikeAnother_doNotMix() {
    for (String name : List.of("a", "ab", "a/b")) {
      Leadership<String> leadership =
          etcd.await(Election.of(session(a), name).campaignAsync("of " + name));
      assertThat(leadership.isLeader()).isTrue();
    }
    for (String name : List.of("a", "ab", "a/b")) {
      assertThat(etcd.await(ElectionView.of(b, name).leaderAsync()).orElseThrow().value())
          .isEqualTo("of " + name);
    }
  }

  @Test
  void proclaim_afterResigning_isRefusedAndWritesNothing() {
    Leadership<String> first = elected(a, "one");
    etcd.await(first.resignAsync());
    long before = etcd.revision();

    assertThatThrownBy(() -> etcd.await(first.proclaimAsync("two")))
        .isInstanceOf(NotLeaderException.class)
        .hasMessageContaining(first.key());
    assertThat(etcd.revision()).isEqualTo(before);
  }

  @Test
  void campaign_onAClosedSession_failsAndLeavesNothing() {
    Session session = session(a);
    etcd.await(session.closeAsync());

    assertThatThrownBy(() -> etcd.await(Election.of(session, "scheduler").campaignAsync("one")))
        .hasMessageContaining("closed");
    etcd.runFor(A_MOMENT);
    assertThat(keys()).isZero();
  }
}
