package io.coord.it.line;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.line.Admission;
import io.coord.core.internal.line.Handover;
import io.coord.core.internal.line.Ticket;
import io.coord.core.internal.session.LeaseSession;
import io.coord.core.internal.store.KeyRange;
import io.coord.it.torture.simulated.model.LineModel;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.List;

/** Two connections on the simulated store, and how their tickets join one line. */
abstract class LineScenario {

  static final Bytes PREFIX = LineModel.PREFIX;
  static final Duration TTL = Duration.ofSeconds(10);
  static final Duration A_MOMENT = Duration.ofMillis(100);

  final SimulatedEtcd etcd = SimulatedEtcd.of(1);
  final Coord a = etcd.coord("a");
  final Coord b = etcd.coord("b");

  LeaseSession session(Coord coord) {
    return (LeaseSession) etcd.await(CoordRuntime.of(coord).sessions().open(TTL));
  }

  Ticket join(LeaseSession session) {
    return session
        .runtime()
        .lines()
        .join(PREFIX, Admission.FIRST, PREFIX, session, Bytes.utf8("value"), Handover.AT_ONCE);
  }

  Ticket joined(LeaseSession session) {
    int before = keys().size();
    Ticket ticket = join(session);
    etcd.await(() -> keys().size() > before);
    etcd.runFor(A_MOMENT);
    return ticket;
  }

  List<Bytes> keys() {
    return etcd.keys(KeyRange.prefix(PREFIX)).stream().map(kv -> kv.key()).toList();
  }
}
