package io.coord.it.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.coord.core.ClosedException;
import io.coord.core.Coord;
import io.coord.core.CoordConfig;
import io.coord.core.Session;
import io.coord.core.SessionLoss;
import io.coord.core.SessionLostException;
import io.coord.core.SessionState;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.session.LeaseSession;
import io.coord.it.torture.simulated.model.Scale;
import io.coord.it.torture.simulated.model.SessionModel;
import io.coord.testkit.sim.RequestKind;
import io.coord.testkit.sim.SeedSweep;
import io.coord.testkit.sim.SimulatedEtcd;
import io.coord.testkit.sim.SimulatedFaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionSimulationTest {

  private static final Duration TTL = Duration.ofSeconds(9);

  private final SimulatedEtcd etcd = SimulatedEtcd.of(1);
  private final Coord coord = etcd.coord("a");
  private final List<SessionState> states = new ArrayList<>();

  private Session open() {
    Session session = etcd.await(coord.openSessionAsync(TTL));
    session.addListener((source, state) -> states.add(state));
    return session;
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT-1S", "PT1.5S"})
  void open_ttlThatEtcdCannotGrant_isRefusedWithTheBoundsAndLeavesNoLease(String ttl) {
    assertThatThrownBy(() -> coord.openSessionAsync(Duration.parse(ttl)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(ttl)
        .hasMessageContaining("from 1 to 9000000000");
    etcd.runFor(Duration.ofSeconds(5));
    assertThat(etcd.leases()).isEmpty();
  }

  @Test
  void session_leftAlone_keepsItsLease() {
    Session session = open();
    etcd.runFor(Duration.ofMinutes(30));

    assertThat(session.state()).isEqualTo(SessionState.ACTIVE);
    assertThat(etcd.leases()).containsExactly(session.leaseId());
    assertThat(states).isEmpty();
  }

  @Test
  void session_cutOff_isSuspendedThenLostBeforeItsLeaseExpires() {
    Session session = open();
    etcd.faults().partition("a");
    etcd.await(() -> !session.isActive());

    assertThat(etcd.leases()).containsExactly(session.leaseId());
    assertThat(session.state()).isEqualTo(SessionState.LOST);
    etcd.runFor(Duration.ofMillis(100));
    assertThat(states).containsExactly(SessionState.SUSPENDED, SessionState.LOST);
    assertThat(session.lost().toCompletableFuture())
        .isCompletedWithValueMatching(loss -> loss.reason() == SessionLoss.Reason.DEADLINE_PASSED);
    assertThat(session.remaining()).isZero();
  }

  @Test
  void session_ofAShortTtl_isKeptAliveEveryFifthOfIt() {
    RefusingStore store = new RefusingStore(etcd.client("counted"));
    CoordConfig config = Coord.builder().name("counted").endpoints("http://simulated:2379").build();
    Duration ttl = Duration.ofSeconds(5);
    etcd.await(CoordRuntime.over(config, store, Runnable::run).openSessionAsync(ttl));
    etcd.runFor(ttl.multipliedBy(10));

    assertThat(store.keepAlives).isBetween(45, 55);
  }

  @Test
  void session_cutOffForHalfTheTtl_isNotLost() {
    Session session = open();
    etcd.faults().partition("a", TTL.dividedBy(2));
    etcd.runFor(TTL.multipliedBy(3));

    assertThat(session.state()).isEqualTo(SessionState.ACTIVE);
  }

  @Test
  void session_pausedBeyondItsTtl_saysLostBeforeAnythingElseRuns() {
    Session session = open();
    etcd.faults().pause("a", TTL.multipliedBy(2));
    etcd.runFor(TTL.multipliedBy(2).minusMillis(1));

    assertThat(session.isActive()).isFalse();
  }

  @Test
  void session_revokedFromOutside_isLostWithTheReason() {
    Session session = open();
    etcd.faults().revokeLease(session.leaseId());
    etcd.runFor(TTL.dividedBy(2));

    assertThat(session.lost().toCompletableFuture())
        .isCompletedWithValueMatching(loss -> loss.reason() == SessionLoss.Reason.LEASE_GONE);
  }

  @Test
  void open_withALostReply_opensOneLease() {
    etcd.faults().loseReply("a", RequestKind.LEASE_GRANT);
    Session session = open();

    assertThat(etcd.leases()).containsExactly(session.leaseId());
    assertThat(session.remaining()).isLessThan(TTL);
  }

  @Test
  void openSessionAsync_repliesLostUntilTheTimeIsOver_leavesNoLease() {
    for (int i = 0; i < 50; i++) {
      etcd.faults().loseReply("a", RequestKind.LEASE_GRANT);
    }
    CompletableFuture<Session> opening = coord.openSessionAsync(Duration.ofMinutes(5));
    etcd.await(opening::isDone);
    etcd.runFor(Duration.ofSeconds(1));

    assertThat(opening).isCompletedExceptionally();
    assertThat(etcd.leases()).isEmpty();
  }

  @Test
  void openSessionAsync_cancelledAsItIsAnswered_revokesTheLeaseAndBlocksNobody() {
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> SeedSweep.of(100).run(SimulatedFaults.none(), SessionSimulationTest::cancelled));
  }

  private static void cancelled(SimulatedEtcd etcd) {
    CompletableFuture<Session> opening = etcd.coord("b").openSessionAsync(TTL);
    etcd.runFor(Duration.ofNanos(etcd.seed() * 100_000));
    if (opening.cancel(true)) {
      etcd.runFor(Duration.ofSeconds(1));
      assertThat(etcd.leases()).isEmpty();
    }
  }

  @Test
  void closeOfTheConnection_whileASessionIsBeingOpened_leavesNoLease() {
    SeedSweep.of(100)
        .run(SimulatedFaults.none(), SessionSimulationTest::connectionClosedWhileOpening);
  }

  private static void connectionClosedWhileOpening(SimulatedEtcd etcd) {
    Coord closing = etcd.coord("b");
    CompletableFuture<Session> opening = closing.openSessionAsync(TTL);
    etcd.runFor(Duration.ofNanos(etcd.seed() * 100_000));
    etcd.close(closing);
    etcd.runFor(Duration.ofSeconds(1));

    assertThat(opening).isDone();
    assertThat(etcd.leases()).isEmpty();
  }

  @Test
  void closeOfTheConnection_whileASessionIsBeingClosed_leavesNoLease() {
    Session session = open();
    etcd.faults().loseRequest("a", RequestKind.LEASE_REVOKE);
    CompletableFuture<Void> closing = session.closeAsync();
    etcd.close(coord);

    assertThat(closing).isDone();
    etcd.runFor(Duration.ofSeconds(1));
    assertThat(etcd.leases()).isEmpty();
  }

  @Test
  void closeOfTheConnection_whileASessionIsOpenedInVain_waitsAMomentOnly() {
    etcd.faults().stopServer();
    CompletableFuture<Session> opening = coord.openSessionAsync(TTL);
    Duration before = etcd.now();
    etcd.close(coord);
    etcd.runFor(Duration.ofSeconds(1));

    assertThat(etcd.now().minus(before)).isLessThan(Duration.ofSeconds(3));
    assertThat(opening).isDone();
  }

  @Test
  void close_revokesTheLease_andFailsTheLostStage() {
    Session session = open();
    etcd.await(session.closeAsync());

    assertThat(etcd.leases()).isEmpty();
    assertThat(session.state()).isEqualTo(SessionState.CLOSED);
    etcd.runFor(Duration.ofMillis(100));
    assertThat(session.lost().toCompletableFuture())
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(ClosedException.class);
  }

  @Test
  void close_twiceAndAfterTheLeaseIsGone_doesNotFail() {
    Session session = open();
    etcd.faults().revokeLease(session.leaseId());
    etcd.await(session.closeAsync());
    etcd.await(session.closeAsync());

    assertThat(session.state()).isEqualTo(SessionState.CLOSED);
  }

  @Test
  void close_withoutAnyEtcd_endsWithinTheRequestTimeout() {
    Session session = open();
    etcd.faults().stopServer();
    Duration before = etcd.now();
    etcd.await(session.closeAsync());

    assertThat(etcd.now().minus(before))
        .isLessThanOrEqualTo(coord.config().requestTimeout().plusSeconds(1));
  }

  @Test
  void orphan_leavesTheLeaseToAnotherSession() {
    Session session = open();
    session.orphan();
    etcd.runFor(TTL.dividedBy(2));
    Session heir =
        etcd.await(CoordRuntime.of(etcd.coord("b")).sessions().takeOver(session.leaseId()));
    etcd.runFor(TTL.multipliedBy(3));

    assertThat(session.state()).isEqualTo(SessionState.CLOSED);
    assertThat(heir.state()).isEqualTo(SessionState.ACTIVE);
    assertThat(heir.ttl()).isEqualTo(TTL);
    etcd.await(heir.closeAsync());
    assertThat(etcd.leases()).isEmpty();
  }

  @Test
  void orphan_withoutAnHeir_letsTheLeaseRunOut() {
    open().orphan();
    etcd.runFor(TTL.multipliedBy(2));

    assertThat(etcd.leases()).isEmpty();
  }

  @Test
  void takeOver_ofNoLease_saysSo() {
    assertThatThrownBy(() -> etcd.await(CoordRuntime.of(coord).sessions().takeOver(0x77)))
        .isInstanceOf(SessionLostException.class)
        .hasMessageContaining("no lease 77");
  }

  @Test
  void listener_thatThrows_doesNotKeepTheOthersFromHearing() {
    Session session = etcd.await(coord.openSessionAsync(TTL));
    session.addListener(
        (source, state) -> {
          throw new IllegalStateException("listener");
        });
    session.addListener((source, state) -> states.add(state));
    etcd.faults().revokeLease(session.leaseId());
    etcd.runFor(TTL);

    assertThat(states).containsExactly(SessionState.LOST);
  }

  /** What the library itself does about the loss, such as ending holds, comes after the telling. */
  @Test
  void listener_throwsAnErrorOnTheConnectionsThread_doesNotKeepTheLibraryFromHearing() {
    CoordRuntime direct = CoordRuntime.over(coord.config(), etcd.client("direct"), Runnable::run);
    LeaseSession session = LeaseSession.of(etcd.await(direct.openSessionAsync(TTL)));
    List<LeaseSession> ended = new ArrayList<>();
    session.addEndHook(ended::add);
    session.addListener(
        (source, state) -> {
          throw new AssertionError("listener");
        });
    session.addListener((source, state) -> states.add(state));
    etcd.faults().revokeLease(session.lease());
    etcd.runFor(TTL);

    assertThat(states).containsExactly(SessionState.LOST);
    assertThat(ended).containsExactly(session);
  }

  @Test
  void session_inAStorm_isNeverActiveWithoutItsLease() {
    SeedSweep.of(200)
        .run(
            SimulatedFaults.stormy(), storm -> new SessionModel(storm, Scale.of(8, 1, 1, 1)).run());
  }
}
