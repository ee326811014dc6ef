package io.coord.it.line;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.line.Admission;
import io.coord.core.internal.line.Handover;
import io.coord.core.internal.line.Ticket;
import io.coord.core.internal.session.LeaseSession;
import io.coord.it.store.WatchedStore;
import io.coord.testkit.sim.MessageFault;
import io.coord.testkit.sim.SeedSweep;
import io.coord.testkit.sim.SimulatedEtcd;
import io.coord.testkit.sim.SimulatedFaults;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The watch of a line: opened anew, beside answers that come late, and ended. */
class LineWatchTest {

  private static final Bytes PREFIX = Bytes.utf8("orders/");
  private static final Duration TTL = Duration.ofSeconds(60);
  private static final Duration A_MOMENT = Duration.ofMillis(500);
  private static final Duration UNTIL_UNUSED_ONES_END = Duration.ofSeconds(10);

  private static Ticket join(Coord coord, SimulatedEtcd etcd) {
    LeaseSession session = LeaseSession.of(etcd.await(coord.openSessionAsync(TTL)));
    return CoordRuntime.of(coord)
        .lines()
        .join(PREFIX, Admission.FIRST, PREFIX, session, Bytes.EMPTY, Handover.AT_ONCE);
  }

  /** A read that was sent before the watch stood says nothing of what happened until then. */
  @Test
  void wait_readUnderWayWhileTheWatchIsOpenedAnew_goesOn() {
    SeedSweep.of(300)
        .run(
            SimulatedFaults.none().with(MessageFault.DELAY_REPLY, 0.3),
            LineWatchTest::waitOverAWatchOpenedAnew);
  }

  private static void waitOverAWatchOpenedAnew(SimulatedEtcd etcd) {
    Ticket holder = join(etcd.coord("a"), etcd);
    etcd.await(holder.granted());
    Ticket waiter = join(etcd.coord("b"), etcd);
    etcd.runFor(Duration.ofMillis(etcd.seed() % 120));
    etcd.faults().breakWatches("b");
    etcd.await(holder.leave());
    etcd.faults().compact();
    etcd.runFor(TTL.dividedBy(2));

    assertThat(waiter.granted()).isCompleted();
  }

  @Test
  void line_leftForLong_isNotWatchedAnyMore() {
    SimulatedEtcd etcd = SimulatedEtcd.of(1);
    WatchedStore store = new WatchedStore(etcd.client("watched"));
    Coord watched =
        CoordRuntime.over(
            Coord.builder().endpoints("http://simulated:2379").name("watched").build(),
            store,
            Runnable::run);
    Ticket holder = join(etcd.coord("a"), etcd);
    etcd.await(holder.granted());
    Ticket waiter = join(watched, etcd);
    etcd.runFor(A_MOMENT);
    assertThat(store.open()).isEqualTo(1);
    etcd.await(waiter.leave());
    etcd.runFor(UNTIL_UNUSED_ONES_END);

    assertThat(store.open()).isZero();
    Ticket again = join(watched, etcd);
    etcd.await(holder.leave());
    etcd.await(again.granted());
  }
}
