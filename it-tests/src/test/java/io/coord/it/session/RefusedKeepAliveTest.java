package io.coord.it.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.core.SessionLoss;
import io.coord.core.SessionState;
import io.coord.core.internal.CoordRuntime;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What becomes of a session whose keep-alives etcd, or a proxy before it, refuses. */
class RefusedKeepAliveTest {

  private static final Duration TTL = Duration.ofSeconds(30);

  private final SimulatedEtcd etcd = SimulatedEtcd.of(7);
  private final RefusingStore store = new RefusingStore(etcd.client("a"));
  private final Coord a =
      CoordRuntime.over(
          Coord.builder().name("a").endpoints("http://simulated:2379").build(),
          store,
          Runnable::run);
  private final Session session = etcd.await(a.openSessionAsync(TTL));

  @Test
  void keepAlive_refusedForAMoment_sessionGoesOn() {
    etcd.runFor(TTL);
    store.refusesKeepAlives = true;
    etcd.runFor(TTL.dividedBy(2));
    store.refusesKeepAlives = false;
    etcd.runFor(TTL.multipliedBy(3));

    assertThat(session.state()).isEqualTo(SessionState.ACTIVE);
  }

  @Test
  void keepAlive_refusedForGood_isLostBeforeItsLeaseAndSaysWhy() {
    store.refusesKeepAlives = true;
    store.keepAlives = 0;
    etcd.runFor(TTL.minusSeconds(2));
    assertThat(session.state()).isEqualTo(SessionState.SUSPENDED);
    etcd.runFor(Duration.ofMillis(1_500));

    assertThat(etcd.leases()).hasSize(1);
    assertThat(session.state()).isEqualTo(SessionState.LOST);
    SessionLoss loss = session.lost().toCompletableFuture().join();
    assertThat(loss.reason()).isEqualTo(SessionLoss.Reason.REFUSED);
    assertThat(loss.detail()).contains("not for you");
    assertThat(store.keepAlives).isBetween(3, 10);
  }

  @Test
  void keepAlive_refusedOnceAndThenUnanswered_isLostForWantOfAnAnswer() {
    store.refusesKeepAlives = true;
    etcd.runFor(TTL.dividedBy(2));
    store.refusesKeepAlives = false;
    etcd.runFor(TTL.dividedBy(2));
    assertThat(session.state()).isEqualTo(SessionState.ACTIVE);
    etcd.faults().stopServer();
    etcd.runFor(TTL);

    SessionLoss loss = session.lost().toCompletableFuture().join();
    assertThat(loss.reason()).isEqualTo(SessionLoss.Reason.DEADLINE_PASSED);
  }
}
