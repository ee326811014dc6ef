package io.coord.it.locks;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.line.Admission;
import io.coord.core.internal.line.Handover;
import io.coord.core.internal.line.Ticket;
import io.coord.core.internal.session.LeaseSession;
import io.coord.core.internal.store.KeyRange;
import io.coord.locks.LockHold;
import io.coord.locks.internal.Acquisition;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What happens to an acquisition at the very moment at which it joins a line. */
class AcquisitionTest {

  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration A_MOMENT = Duration.ofMillis(200);

  private final SimulatedEtcd etcd = SimulatedEtcd.of(4);
  private final Coord coord = etcd.coord("a");
  private final LeaseSession session = LeaseSession.of(etcd.await(coord.openSessionAsync(TTL)));
  private final AtomicReference<CompletableFuture<Optional<List<LockHold>>>> wanted =
      new AtomicReference<>();

  private Ticket join(String name) {
    Bytes prefix = Bytes.utf8(name + "/");
    return CoordRuntime.of(coord)
        .lines()
        .join(prefix, Admission.FIRST, prefix, session, Bytes.EMPTY, Handover.AT_ONCE);
  }

  private Ticket cancelAndJoin(String name) {
    assertThat(wanted.get().cancel(true)).isTrue();
    return join(name);
  }

  private Ticket joinAndCancel(String name) {
    Ticket ticket = join(name);
    assertThat(wanted.get().cancel(true)).isTrue();
    return ticket;
  }

  private List<Bytes> keys() {
    return etcd.keys(KeyRange.prefix(Bytes.EMPTY)).stream().map(kv -> kv.key()).toList();
  }

  @Test
  void forever_cancelledJustBeforeALineIsJoined_leavesNoKey() {
    wanted.set(
        Acquisition.forever(
                CoordRuntime.of(coord), List.of(() -> join("a"), () -> cancelAndJoin("b")))
            .publish(holds -> holds));
    etcd.await(wanted.get()::isDone);
    etcd.runFor(A_MOMENT);

    assertThat(keys()).isEmpty();
  }

  @Test
  void forever_cancelledWhileALineIsJoined_leavesNoKeyAndJoinsNoMore() {
    wanted.set(
        Acquisition.forever(
                CoordRuntime.of(coord),
                List.of(() -> join("a"), () -> joinAndCancel("b"), () -> join("c")))
            .publish(holds -> holds));
    etcd.await(wanted.get()::isDone);
    etcd.runFor(A_MOMENT);

    assertThat(keys()).isEmpty();
    assertThat(session.isActive()).isTrue();
  }
}
