package io.coord.it.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.core.SessionState;
import io.coord.core.internal.CoordRuntime;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of the lease of a session that is over, while etcd refuses to revoke it. */
class RefusedRevocationTest {

  private static final Duration TTL = Duration.ofMinutes(10);
  private static final Duration A_MOMENT = Duration.ofSeconds(5);

  private final SimulatedEtcd etcd = SimulatedEtcd.of(7);
  private final RefusingStore store = new RefusingStore(etcd.client("a"));
  private final Coord a =
      CoordRuntime.over(
          Coord.builder().name("a").endpoints("http://simulated:2379").build(),
          store,
          Runnable::run);
  private final Session session = etcd.await(a.openSessionAsync(TTL));

  @BeforeEach
  void refuse() {
    store.refusesRevocations = true;
  }

  @Test
  void closed_refusedForAMoment_theLeaseIsRevokedSoonAfterwards() {
    etcd.await(session.closeAsync());
    etcd.runFor(A_MOMENT);
    assertThat(etcd.leases()).hasSize(1);
    store.refusesRevocations = false;
    etcd.runFor(A_MOMENT);

    assertThat(etcd.leases()).isEmpty();
  }

  @Test
  void lost_refusedForAMoment_theLeaseIsRevokedSoonAfterwards() {
    etcd.faults().partition("a");
    etcd.await(() -> session.state() == SessionState.LOST);
    etcd.faults().changeLeader();
    etcd.faults().heal("a");
    etcd.await(() -> store.revocations > 0);
    store.refusesRevocations = false;
    etcd.runFor(A_MOMENT);

    assertThat(etcd.leases()).isEmpty();
  }

  @Test
  void closed_refusedForGood_isTriedAFewTimes() {
    etcd.await(session.closeAsync());
    etcd.runFor(TTL.multipliedBy(20));

    assertThat(store.revocations).isBetween(5, 20);
  }

  @Test
  void closed_refusedForGood_closingTheConnectionDoesNotWaitForIt() {
    etcd.await(session.closeAsync());
    Duration before = etcd.now();
    etcd.close(a);

    assertThat(etcd.now().minus(before)).isLessThan(A_MOMENT);
  }
}
