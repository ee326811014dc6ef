package io.coord.it.line;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.line.Admission;
import io.coord.core.internal.line.Handover;
import io.coord.core.internal.line.Ticket;
import io.coord.core.internal.session.LeaseSession;
import io.coord.testkit.sim.MessageFault;
import io.coord.testkit.sim.SeedSweep;
import io.coord.testkit.sim.SimulatedEtcd;
import io.coord.testkit.sim.SimulatedFaults;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The watch of a line that is opened anew, and answers that come late. */
class LineWatchTest {

  private static final Bytes PREFIX = Bytes.utf8("orders/");
  private static final Duration TTL = Duration.ofSeconds(60);

  private static Ticket join(SimulatedEtcd etcd, String name) {
    Coord coord = etcd.coord(name);
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
    Ticket holder = join(etcd, "a");
    etcd.await(holder.granted());
    Ticket waiter = join(etcd, "b");
    etcd.runFor(Duration.ofMillis(etcd.seed() % 120));
    etcd.faults().breakWatches("b");
    etcd.await(holder.leave());
    etcd.faults().compact();
    etcd.runFor(TTL.dividedBy(2));

    assertThat(waiter.granted()).isCompleted();
  }
}
