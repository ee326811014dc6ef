package io.coord.it.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Coord;
import io.coord.core.CoordConfig;
import io.coord.core.Session;
import io.coord.core.SessionLoss;
import io.coord.core.SessionState;
import io.coord.core.UnavailableException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.session.LeaseSession;
import io.coord.core.internal.store.ForwardingStore;
import io.coord.core.internal.store.Store;
import io.coord.election.Election;
import io.coord.election.Leadership;
import io.coord.locks.LockHold;
import io.coord.locks.Mutex;
import io.coord.testkit.sim.RequestKind;
import io.coord.testkit.sim.SeedSweep;
import io.coord.testkit.sim.SimulatedEtcd;
import io.coord.testkit.sim.SimulatedFaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What becomes of the lease of a session that was lost, while etcd keeps it by new leaders. */
class LostSessionTest {

  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration MARGIN = Duration.ofSeconds(1);
  private static final Duration A_MOMENT = Duration.ofMillis(500);

  private final SimulatedEtcd etcd = SimulatedEtcd.of(7);
  private final Coord a = etcd.coord("a");

  private static Session open(SimulatedEtcd etcd, Coord coord) {
    return etcd.await(coord.openSessionAsync(TTL));
  }

  /**
   * Cuts a client off for three times to live, while etcd changes its leader every third of one.
   */
  private static void cutOffThroughChangesOfTheLeader(SimulatedEtcd etcd, String client) {
    etcd.faults().partition(client);
    for (int thirds = 0; thirds < 9; thirds++) {
      etcd.runFor(TTL.dividedBy(3));
      etcd.faults().changeLeader();
    }
  }

  private void loseThroughChangesOfTheLeader(Session session) {
    cutOffThroughChangesOfTheLeader(etcd, "a");
    assertThat(session.state()).isEqualTo(SessionState.LOST);
    assertThat(etcd.leases()).contains(leaseOf(session));
  }

  /** As the library knows it, which gives it to nobody. */
  private static long leaseOf(Session session) {
    return LeaseSession.of(session).lease();
  }

  @Test
  void lost_etcdComesBack_theNextInLineNeedNotWaitForTheLeaseToRunOut() {
    SeedSweep.of(40).run(SimulatedFaults.none(), LostSessionTest::nextGoesOnIn);
  }

  private static void nextGoesOnIn(SimulatedEtcd etcd) {
    LockHold first = etcd.await(Mutex.of(open(etcd, etcd.coord("a")), "m").lockAsync());
    CompletableFuture<LockHold> next = Mutex.of(open(etcd, etcd.coord("b")), "m").lockAsync();
    cutOffThroughChangesOfTheLeader(etcd, "a");
    assertThat(first.isHeld()).isFalse();
    assertThat(next).isNotDone();
    etcd.faults().heal("a");
    etcd.runFor(Duration.ofSeconds(3));

    assertThat(next).isDone();
    assertThat(etcd.leases()).hasSize(1);
  }

  @Test
  void closed_whileEtcdWasDown_itsLeaseIsRevokedWhenEtcdAnswersAgain() {
    Session session = etcd.await(a.openSessionAsync(TTL.multipliedBy(6)));
    etcd.faults().stopServer();
    etcd.await(session.closeAsync());
    assertThat(etcd.leases()).containsExactly(leaseOf(session));
    etcd.faults().startServer();
    etcd.runFor(A_MOMENT);

    assertThat(etcd.leases()).isEmpty();
  }

  @Test
  void closed_whileEtcdWasDownThoughItsNumberIsKnown_itsLeaseIsLeftToRunOut() {
    Session session = etcd.await(a.openSessionAsync(TTL.multipliedBy(6)));
    long lease = session.leaseId();
    etcd.faults().stopServer();
    etcd.await(session.closeAsync());
    etcd.faults().startServer();
    etcd.runFor(A_MOMENT);

    assertThat(etcd.leases()).containsExactly(lease);
  }

  @Test
  void lost_processStopped_itsLeaseIsRevokedOnceAllHaveHadTimeToHearOfIt() {
    Session session = open(etcd, a);
    etcd.faults().pause("a");
    etcd.runFor(TTL.dividedBy(2));
    etcd.faults().changeLeader();
    etcd.runFor(TTL.minus(A_MOMENT));
    etcd.faults().resume("a");
    etcd.faults().changeLeader();

    etcd.runFor(MARGIN.minusMillis(10));
    assertThat(session.state()).isEqualTo(SessionState.LOST);
    assertThat(etcd.leases()).hasSize(1);
    etcd.runFor(A_MOMENT);
    assertThat(etcd.leases()).isEmpty();
  }

  @Test
  void lost_etcdComesBackAtOnce_theLeaseIsNotRevokedBeforeItCouldHaveRunOut() {
    Duration opening = etcd.now();
    Session session = open(etcd, a);
    etcd.faults().partition("a");
    etcd.await(() -> !session.isActive());
    etcd.faults().changeLeader();
    etcd.faults().heal("a");

    etcd.runFor(opening.plus(TTL).minus(etcd.now()));
    assertThat(etcd.leases()).hasSize(1);
    etcd.runFor(Duration.ofSeconds(3));
    assertThat(etcd.leases()).isEmpty();
  }

  @Test
  void lost_takenOverByWhoWasGivenItsNumber_theLeaseIsLeftToTheHeir() {
    Session session = open(etcd, a);
    long number = session.leaseId();
    etcd.faults().partition("a");
    Session heir = open(etcd.coord("b"), number);
    etcd.await(() -> !session.isActive());
    etcd.faults().heal("a");
    etcd.runFor(TTL.multipliedBy(3));

    assertThat(session.state()).isEqualTo(SessionState.LOST);
    assertThat(heir.state()).isEqualTo(SessionState.ACTIVE);
    assertThat(etcd.leases()).containsExactly(number);
  }

  /** Its process goes on behind the end of the block that opened it, before any timer has run. */
  @Test
  void closed_processStoppedAndItsLeaseTakenOverMeanwhile_theLeaseIsLeftToTheHeir() {
    Session session = open(etcd, a);
    long number = session.leaseId();
    etcd.faults().pause("a");
    Session heir = open(etcd.coord("b"), number);
    etcd.runFor(TTL);
    CompletableFuture<Void> closed = session.closeAsync();
    etcd.faults().resume("a");
    etcd.await(closed);
    etcd.runFor(TTL);

    assertThat(session.state()).isEqualTo(SessionState.LOST);
    assertThat(heir.state()).isEqualTo(SessionState.ACTIVE);
    assertThat(etcd.leases()).containsExactly(number);
  }

  private Session open(Coord coord, long lease) {
    return etcd.await(coord.takeOverSessionAsync(lease));
  }

  @Test
  void lost_byAnHeir_theLeaseIsLeftToWhoHadItBefore() {
    long lease = open(etcd, etcd.coord("b")).leaseId();
    Session heir = open(a, lease);
    loseThroughChangesOfTheLeader(heir);
    etcd.faults().heal("a");
    etcd.runFor(TTL.multipliedBy(3));

    assertThat(etcd.leases()).containsExactly(lease);
  }

  @Test
  void lost_leadershipsKeyWasGivenOut_theLeaseIsLeftToWhoResumesIt() {
    Session session = open(etcd, a);
    Leadership<String> led = etcd.await(Election.of(session, "e").campaignAsync("one"));
    assertThat(led.key()).startsWith("e/");
    loseThroughChangesOfTheLeader(session);
    etcd.faults().heal("a");
    etcd.runFor(TTL.dividedBy(2));

    assertThat(etcd.leases()).containsExactly(leaseOf(session));
  }

  @Test
  void lost_leadershipWasOnlyPrinted_theLeaseIsRevoked() {
    Session session = open(etcd, a);
    Leadership<String> led = etcd.await(Election.of(session, "e").campaignAsync("one"));
    assertThat(led).asString().contains("e/");
    loseThroughChangesOfTheLeader(session);
    etcd.faults().heal("a");
    etcd.runFor(TTL.dividedBy(2));

    assertThat(etcd.leases()).isEmpty();
  }

  @Test
  void lost_thenOrphaned_theLeaseIsLeftToRunOut() {
    Session session = open(etcd, a);
    etcd.faults().partition("a");
    etcd.await(() -> !session.isActive());
    session.orphan();
    etcd.faults().changeLeader();
    etcd.faults().heal("a");
    etcd.runFor(TTL.dividedBy(2));

    assertThat(etcd.leases()).containsExactly(leaseOf(session));
  }

  @Test
  void lost_numberAskedForOnlyAfterwards_theLeaseIsRevoked() {
    Session session = open(etcd, a);
    etcd.faults().partition("a");
    etcd.await(() -> !session.isActive());
    assertThat(session.leaseId()).isEqualTo(leaseOf(session));
    etcd.faults().changeLeader();
    etcd.faults().heal("a");
    etcd.runFor(Duration.ofSeconds(3));

    assertThat(etcd.leases()).isEmpty();
  }

  @Test
  void lost_thenClosedByItsUser_theLeaseIsRevokedAllTheSame() {
    Session session = open(etcd, a);
    loseThroughChangesOfTheLeader(session);
    assertThat(session.closeAsync()).isDone();
    etcd.faults().heal("a");
    etcd.runFor(Duration.ofSeconds(3));

    assertThat(etcd.leases()).isEmpty();
  }

  @Test
  void lost_replyToTheRevocationIsLost_nothingElseHappens() {
    Session session = open(etcd, a);
    loseThroughChangesOfTheLeader(session);
    etcd.faults().loseReply("a", RequestKind.LEASE_REVOKE);
    etcd.faults().heal("a");
    Session another = open(etcd, a);
    etcd.runFor(TTL);

    assertThat(etcd.leases()).containsExactly(leaseOf(another));
  }

  @Test
  void lost_connectionIsClosed_theLeaseIsRevokedFirst() {
    Session session = open(etcd, a);
    etcd.faults().partition("a");
    etcd.await(() -> !session.isActive());
    etcd.faults().changeLeader();
    etcd.faults().heal("a");
    etcd.close(a);

    assertThat(etcd.leases()).isEmpty();
  }

  @Test
  void lost_connectionIsClosedAsItsProcessGoesOn_theLeaseIsRevokedFirst() {
    open(etcd, a);
    etcd.faults().pause("a");
    etcd.runFor(TTL.dividedBy(2));
    etcd.faults().changeLeader();
    etcd.runFor(TTL.minus(A_MOMENT));
    CompletableFuture<Void> closed = CoordRuntime.of(a).sessions().closeAll();
    etcd.faults().resume("a");
    etcd.await(closed);

    assertThat(etcd.leases()).isEmpty();
  }

  @Test
  void lost_connectionIsClosedWhileNoMemberAnswers_itWaitsAMomentOnly() {
    Session session = open(etcd, a);
    loseThroughChangesOfTheLeader(session);
    etcd.runFor(Duration.ofSeconds(2));
    Duration before = etcd.now();
    etcd.close(a);

    assertThat(etcd.now().minus(before)).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void lost_manyAtOnce_areRevokedFourAtATime() {
    Revocations store = new Revocations(etcd.client("many"));
    CoordRuntime many = CoordRuntime.over(configOf("many"), store, Runnable::run);
    List<Session> sessions = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      sessions.add(etcd.await(many.sessions().open(TTL)));
    }
    cutOffThroughChangesOfTheLeader(etcd, "many");
    assertThat(sessions).noneMatch(Session::isActive);
    assertThat(store.most).isEqualTo(1);
    etcd.faults().heal("many");
    etcd.runFor(Duration.ofSeconds(5));

    assertThat(etcd.leases()).isEmpty();
    assertThat(store.most).isEqualTo(4);
  }

  @Test
  void lost_noMemberAnswersForTenTimesToLive_nothingMoreIsTried() {
    Revocations store = new Revocations(etcd.client("far"));
    CoordRuntime far = CoordRuntime.over(configOf("far"), store, Runnable::run);
    Session session = etcd.await(far.sessions().open(TTL));
    etcd.faults().partition("far");
    etcd.runFor(TTL.multipliedBy(11).plus(far.config().requestTimeout()));
    assertThat(store.underWay).isZero();
    int before = store.calls;
    etcd.runFor(TTL.multipliedBy(5));

    assertThat(session.state()).isEqualTo(SessionState.LOST);
    assertThat(before).isBetween(5, 15);
    assertThat(store.calls).isEqualTo(before);
  }

  @Test
  void lost_everyRevocationFailsAtOnce_theyAreFarBetween() {
    Failing store = new Failing(etcd.client("failing"));
    CoordRuntime failing = CoordRuntime.over(configOf("failing"), store, Runnable::run);
    for (int i = 0; i < 10; i++) {
      etcd.await(failing.sessions().open(TTL));
    }
    etcd.faults().partition("failing", TTL);
    etcd.runFor(TTL.multipliedBy(3));

    assertThat(store.calls).isBetween(50, 150);
  }

  @Test
  void lost_becauseEtcdHasNoLease_nothingIsRevoked() {
    Revocations store = new Revocations(etcd.client("gone"));
    CoordRuntime gone = CoordRuntime.over(configOf("gone"), store, Runnable::run);
    Session session = etcd.await(gone.sessions().open(TTL));
    etcd.faults().revokeLease(leaseOf(session));
    etcd.runFor(TTL.multipliedBy(2));

    assertThat(session.lost().toCompletableFuture())
        .isCompletedWithValueMatching(loss -> loss.reason() == SessionLoss.Reason.LEASE_GONE);
    assertThat(store.calls).isZero();
  }

  private static CoordConfig configOf(String name) {
    return Coord.builder().name(name).endpoints("http://simulated:2379").build();
  }

  /** Counts what is revoked through it. */
  private static final class Revocations extends ForwardingStore {

    private int calls;
    private int underWay;
    private int most;

    Revocations(Store store) {
      super(store);
    }

    @Override
    public CompletableFuture<Boolean> revokeLease(long id) {
      calls++;
      underWay++;
      most = Math.max(most, underWay);
      return super.revokeLease(id).whenComplete((existed, failure) -> underWay--);
    }
  }

  /** Has no member for revocations. */
  private static final class Failing extends ForwardingStore {

    private int calls;

    Failing(Store store) {
      super(store);
    }

    @Override
    public CompletableFuture<Boolean> revokeLease(long id) {
      calls++;
      return CompletableFuture.failedFuture(new UnavailableException("no member", null));
    }
  }
}
