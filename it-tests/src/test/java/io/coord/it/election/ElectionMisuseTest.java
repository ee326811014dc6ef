package io.coord.it.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.ClosedException;
import io.coord.core.Coord;
import io.coord.core.HoldLoss;
import io.coord.core.Release;
import io.coord.core.Session;
import io.coord.core.SessionLostException;
import io.coord.core.internal.store.KeyRange;
import io.coord.election.Election;
import io.coord.election.ElectionView;
import io.coord.election.Leadership;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Wrong and late calls: each gives the documented error, and leaves nothing in etcd. */
class ElectionMisuseTest {

  private static final Duration TTL = Duration.ofSeconds(10);

  private final SimulatedEtcd etcd = SimulatedEtcd.of(1);
  private final Coord coord = etcd.coord("a");
  private final Session session = etcd.await(coord.openSessionAsync(TTL));
  private final Election<String> election = Election.of(session, "scheduler");

  private void assertNoKeyIsLeft() {
    etcd.runFor(TTL.multipliedBy(2));
    assertThat(etcd.keys(KeyRange.prefix(Bytes.EMPTY))).isEmpty();
  }

  @Test
  void of_nameEmptyOrWithNul_isRefused() {
    for (String name : List.of("", "a\0b")) {
      assertThatThrownBy(() -> Election.of(session, name))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("the name of the election");
      assertThatThrownBy(() -> ElectionView.of(coord, name))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void of_nameWithSlashesAtItsEndsOrNotAscii_isAnElectionOfItsOwn() {
    for (String name : List.of("/", "a", "/a", "a/", "größe", "選挙")) {
      Leadership<String> leadership =
          etcd.await(Election.of(session, name).campaignAsync("of " + name));
      assertThat(leadership.key()).startsWith(name + "/");
      assertThat(etcd.await(ElectionView.of(coord, name).leaderAsync()).orElseThrow().value())
          .isEqualTo("of " + name);
    }
  }

  @Test
  void campaignAsync_negativeTimeout_isRefusedAndWritesNothing() {
    assertThatThrownBy(() -> election.campaignAsync("one", Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT-1S");
    assertNoKeyIsLeft();
  }

  @Test
  void campaignAsync_noTime_leadsIfNobodyStandsAndElseLeavesNoKey() {
    Leadership<String> first =
        etcd.await(election.campaignAsync("one", Duration.ZERO)).orElseThrow();
    assertThat(etcd.await(election.campaignAsync("two", Duration.ZERO))).isEmpty();
    etcd.await(first.resignAsync());

    assertNoKeyIsLeft();
  }

  @Test
  void campaignAsync_onALostSession_failsAndLeavesNothing() {
    etcd.faults().revokeLease(session.leaseId());
    etcd.await(() -> !session.isActive());

    assertThatThrownBy(() -> etcd.await(election.campaignAsync("one")))
        .isInstanceOf(SessionLostException.class);
    assertNoKeyIsLeft();
  }

  @Test
  void campaignAsync_connectionClosedWhileItWaits_endsAndLeavesNothing() {
    Coord other = etcd.coord("b");
    Session theirs = etcd.await(other.openSessionAsync(TTL));
    Leadership<String> first = etcd.await(Election.of(theirs, "scheduler").campaignAsync("one"));
    CompletableFuture<Leadership<String>> waiting = election.campaignAsync("two");
    etcd.runFor(Duration.ofSeconds(1));
    etcd.close(coord);

    assertThatThrownBy(() -> etcd.await(waiting)).isInstanceOf(ClosedException.class);
    etcd.await(first.resignAsync());
    assertNoKeyIsLeft();
  }

  @Test
  void resignAsync_twice_givesTheSameAndLeavesTheNextAlone() {
    Leadership<String> first = etcd.await(election.campaignAsync("one"));
    assertThat(etcd.await(first.resignAsync())).isEqualTo(Release.RELEASED);
    Leadership<String> second = etcd.await(election.campaignAsync("two"));

    assertThat(etcd.await(first.resignAsync())).isEqualTo(Release.RELEASED);
    assertThat(second.isLeader()).isTrue();
    assertThatThrownBy(() -> etcd.await(first.lost().toCompletableFuture()))
        .isInstanceOf(ClosedException.class);
  }

  @Test
  void resignAsync_afterTheLoss_reportsItAndDoesNotThrow() {
    Leadership<String> leadership = etcd.await(election.campaignAsync("one"));
    etcd.faults().revokeLease(session.leaseId());
    HoldLoss loss = etcd.await(leadership.lost().toCompletableFuture());

    assertThat(loss.detail()).isNotEmpty();
    assertThat(etcd.await(leadership.resignAsync())).isEqualTo(Release.HAD_BEEN_LOST);
    assertNoKeyIsLeft();
  }

  @Test
  void resignAsync_afterTheConnectionWasClosed_ends() {
    Leadership<String> leadership = etcd.await(election.campaignAsync("one"));
    etcd.close(coord);

    assertThat(etcd.await(leadership.resignAsync())).isEqualTo(Release.HAD_BEEN_LOST);
    assertThat(leadership.isLeader()).isFalse();
    assertNoKeyIsLeft();
  }

  @Test
  void reading_onAClosedConnection_fails() {
    etcd.close(coord);

    assertThatThrownBy(() -> etcd.await(election.leaderAsync()))
        .isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> etcd.await(election.candidatesAsync()))
        .isInstanceOf(ClosedException.class);
  }
}
