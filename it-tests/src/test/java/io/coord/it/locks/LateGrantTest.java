package io.coord.it.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.KeyDeletedException;
import io.coord.core.Session;
import io.coord.core.SessionLostException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.line.Admission;
import io.coord.core.internal.line.Handover;
import io.coord.core.internal.line.Ticket;
import io.coord.core.internal.line.Wait;
import io.coord.core.internal.session.LeaseSession;
import io.coord.core.internal.store.KeyRange;
import io.coord.election.Election;
import io.coord.election.Leadership;
import io.coord.locks.MultiLock;
import io.coord.locks.Mutex;
import io.coord.locks.RWMutex;
import io.coord.locks.Semaphore;
import io.coord.locks.WriteHold;
import io.coord.locks.internal.Acquisition;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What was granted, and is over before the caller gets it: nobody is told that he holds. */
class LateGrantTest {

  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration A_MOMENT = Duration.ofMillis(200);

  private final SimulatedEtcd etcd = SimulatedEtcd.of(1);
  private final Coord a = etcd.coord("a");

  private Session session() {
    return etcd.await(a.openSessionAsync(TTL));
  }

  private List<Bytes> keys() {
    return etcd.keys(KeyRange.prefix(Bytes.utf8("orders/"))).stream().map(kv -> kv.key()).toList();
  }

  private void stopTheProcessUntilItsSessionsAreOver() {
    etcd.faults().pause("a");
    etcd.runFor(TTL.multipliedBy(2));
    etcd.faults().resume("a");
  }

  /** The process is stopped at any moment: either the caller was told before, or never. */
  private void givesNothingLate(Function<Session, CompletableFuture<?>> way) {
    for (int micros = 0; micros < 8_000; micros += 100) {
      CompletableFuture<?> late = way.apply(session());
      etcd.runFor(Duration.ofNanos(micros * 1_000L));
      boolean inTime = late.isDone();
      stopTheProcessUntilItsSessionsAreOver();
      etcd.runFor(A_MOMENT);

      assertThat(late).as("stopped after %d us", micros).isDone();
      assertThat(late.isCompletedExceptionally())
          .as("stopped after %d us", micros)
          .isNotEqualTo(inTime);
      assertThat(keys()).isEmpty();
    }
  }

  @Test
  void lockAsync_processStoppedUntilItsSessionIsOver_givesNoHold() {
    givesNothingLate(session -> Mutex.of(session, "orders").lockAsync());
  }

  @Test
  void lockAsync_ofSeveral_processStoppedUntilItsSessionIsOver_givesNoHolds() {
    givesNothingLate(session -> MultiLock.of(session, "orders", "orders/2").lockAsync());
  }

  @Test
  void acquireAsync_processStoppedUntilItsSessionIsOver_givesNoPermits() {
    givesNothingLate(session -> Semaphore.of(session, "permits", 3).acquireAsync(2));
  }

  @Test
  void downgradeAsync_processStoppedUntilItsSessionIsOver_givesNoHold() {
    givesNothingLate(
        session -> {
          WriteHold write = etcd.await(RWMutex.of(session, "orders").writeLock().lockAsync());
          return write.downgradeAsync();
        });
  }

  @Test
  void campaignAsync_processStoppedUntilItsSessionIsOver_givesNoLeadership() {
    givesNothingLate(session -> Election.of(session, "orders").campaignAsync("me"));
  }

  @Test
  void resumeAsync_processStoppedUntilItsSessionIsOver_givesNoLeadership() {
    givesNothingLate(
        session -> {
          Leadership<String> first = etcd.await(Election.of(session, "orders").campaignAsync("me"));
          session.orphan();
          Session heir = etcd.await(a.takeOverSessionAsync(session.leaseId()));
          return Election.of(heir, "orders").resumeAsync(first.key(), first.fencingToken().value());
        });
  }

  private Ticket joined(Session session, String name) {
    Bytes prefix = Bytes.utf8(name + "/");
    return CoordRuntime.of(a)
        .lines()
        .join(
            prefix,
            Admission.FIRST,
            prefix,
            LeaseSession.of(session),
            Bytes.EMPTY,
            Handover.AT_ONCE);
  }

  private Ticket granted() {
    Ticket ticket = joined(session(), "orders");
    etcd.await(ticket.granted());
    return ticket;
  }

  private void deleteByHand(Ticket ticket) {
    etcd.runFor(A_MOMENT.multipliedBy(5));
    etcd.faults().deleteKey(ticket.key());
    etcd.await(() -> ticket.lost().isDone());
  }

  @Test
  void await_callerRunsAgainWhenItsSessionIsOver_throwsThat() {
    Wait wait = Wait.forever(granted());
    stopTheProcessUntilItsSessionsAreOver();

    assertThatThrownBy(wait::await).isInstanceOf(SessionLostException.class);
    assertThatThrownBy(wait::awaitUninterruptibly).isInstanceOf(SessionLostException.class);
  }

  @Test
  void await_callerRunsAgainWhenItsKeyIsKnownToBeGone_throwsThat() {
    Ticket ticket = granted();
    Wait wait = Wait.forever(ticket);
    deleteByHand(ticket);

    assertThatThrownBy(wait::await).isInstanceOf(KeyDeletedException.class);
  }

  @Test
  void await_ofSeveral_callerRunsAgainWhenOneKeyIsKnownToBeGone_throwsThatAndLeavesNoKey() {
    Session session = session();
    Ticket first = joined(session, "orders");
    Acquisition both =
        Acquisition.forever(
            CoordRuntime.of(a), List.of(() -> first, () -> joined(session, "orders/2")));
    deleteByHand(first);

    try (SimulatedThreads threads = new SimulatedThreads(etcd)) {
      assertThatThrownBy(() -> threads.start("late").call(both::await))
          .hasCauseInstanceOf(KeyDeletedException.class);
    }
    assertThat(keys()).isEmpty();
  }
}
