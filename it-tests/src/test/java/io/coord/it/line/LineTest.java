package io.coord.it.line;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Bytes;
import io.coord.core.ClosedException;
import io.coord.core.HoldLoss;
import io.coord.core.KeyDeletedException;
import io.coord.core.SessionLostException;
import io.coord.core.internal.line.Ticket;
import io.coord.core.internal.line.Ticket.Departure;
import io.coord.core.internal.session.LeaseSession;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.TxnRequest;
import io.coord.testkit.sim.RequestKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LineTest extends LineScenario {

  @Test
  void join_freeLine_isGrantedWithOneCommit() {
    LeaseSession session = session(a);
    long before = etcd.revision();
    Ticket ticket = join(session);
    long revision = etcd.await(ticket.granted()).revision();

    assertThat(ticket.isHeld()).isTrue();
    assertThat(etcd.revision()).isEqualTo(before + 1).isEqualTo(revision);
    assertThat(keys()).containsExactly(ticket.key());
  }

  @Test
  void leave_nextInTheSameProcess_isGrantedByTheSameCommit() {
    LeaseSession session = session(a);
    Ticket first = joined(session);
    Ticket second = joined(session);
    long before = etcd.revision();
    etcd.await(first.leave());

    assertThat(second.isHeld()).isTrue();
    assertThat(etcd.revision()).isEqualTo(before + 1);
  }

  @Test
  void leave_whileAnotherOfUsIsJoining_grantsItWithoutAReadOfItsOwn() {
    Ticket first = joined(session(a));
    LeaseSession other = session(a);
    etcd.faults().delayRequest("a", RequestKind.RANGE, Duration.ofSeconds(30));
    Ticket second = join(other);
    etcd.await(() -> keys().size() == 2);
    etcd.await(first.leave());
    etcd.runFor(A_MOMENT);

    assertThat(second.isHeld()).isTrue();
  }

  @Test
  void leave_nextInAnotherProcess_isGrantedByItsWatch() {
    Ticket first = joined(session(a));
    Ticket second = joined(session(b));

    assertThat(second.granted()).isNotDone();
    etcd.await(first.leave());
    etcd.await(second.granted());
    assertThat(second.isHeld()).isTrue();
  }

  @Test
  void leave_strangerBetweenTwoOfUs_goesFirst() {
    LeaseSession session = session(a);
    Ticket first = joined(session);
    Ticket stranger = joined(session(b));
    Ticket last = joined(session);
    etcd.await(first.leave());
    etcd.await(stranger.granted());
    etcd.runFor(A_MOMENT);

    assertThat(last.granted()).isNotDone();
    etcd.await(stranger.leave());
    etcd.await(last.granted());
  }

  @Test
  void leave_twice_givesTheSameAnswer() {
    Ticket ticket = joined(session(a));

    assertThat(etcd.await(ticket.leave())).isEqualTo(Departure.LEFT);
    assertThat(etcd.await(ticket.leave())).isEqualTo(Departure.LEFT);
    assertThat(ticket.isHeld()).isFalse();
  }

  @Test
  void leave_whileWaiting_leavesNoKeyAndCancelsTheGrant() {
    Ticket first = joined(session(a));
    Ticket second = joined(session(b));
    etcd.await(second.leave());

    assertThat(keys()).containsExactly(first.key());
    assertThat(second.granted())
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .isInstanceOf(CancellationException.class);
  }

  @Test
  void leave_whileJoining_leavesNoKey() {
    Ticket ticket = join(session(a));
    etcd.await(ticket.leave());
    etcd.runFor(A_MOMENT);

    assertThat(keys()).isEmpty();
  }

  @Test
  void leave_inTheMiddle_keepsTheOneBehindWaitingForTheHolder() {
    Ticket holder = joined(session(a));
    Ticket middle = joined(session(b));
    Ticket behind = joined(session(b));
    etcd.await(middle.leave());
    etcd.runFor(A_MOMENT);

    assertThat(behind.granted()).isNotDone();
    etcd.await(holder.leave());
    etcd.await(behind.granted());
  }

  @Test
  void holder_keyDeletedByHand_learnsIt() {
    Ticket ticket = joined(session(a));
    etcd.runFor(Duration.ofSeconds(1));
    etcd.faults().deleteKey(ticket.key());
    etcd.await(ticket.lost());

    assertThat(ticket.lost())
        .isCompletedWithValueMatching(loss -> loss.reason() == HoldLoss.Reason.KEY_DELETED);
    assertThat(ticket.isHeld()).isFalse();
    assertThat(etcd.await(ticket.leave())).isEqualTo(Departure.HAD_BEEN_LOST);
  }

  @Test
  void waiter_keyDeletedByHand_isToldAndNeverGranted() {
    Ticket holder = joined(session(a));
    Ticket waiter = joined(session(b));
    etcd.faults().deleteKey(waiter.key());
    etcd.await(() -> waiter.granted().isDone());
    etcd.await(holder.leave());
    etcd.runFor(A_MOMENT);

    assertThat(waiter.granted())
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(KeyDeletedException.class)
        .withMessageContaining(waiter.key().toString());
  }

  @Test
  void waiter_keyDeletedTogetherWithTheHolders_isNeverGranted() {
    Ticket holder = joined(session(a));
    Ticket waiter = joined(session(b));
    etcd.await(
        etcd.client("vandal").txn(TxnRequest.of(Op.delete(holder.key()), Op.delete(waiter.key()))));
    etcd.await(() -> waiter.granted().isDone());

    assertThat(waiter.granted()).isCompletedExceptionally();
  }

  @Test
  void join_sessionIsOver_failsAtOnceAndLeavesNoKey() {
    LeaseSession over = session(a);
    over.orphan();
    Ticket late = join(over);
    etcd.runFor(A_MOMENT);

    assertThat(late.granted())
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(ClosedException.class);
    assertThat(late.leave()).isCompletedWithValue(Departure.HAD_BEEN_LOST);
    assertThat(keys()).isEmpty();
  }

  @Test
  void waiter_ownSessionLost_failsAtOnceWhileTheHolderHolds() {
    Ticket holder = joined(session(a));
    LeaseSession doomed = session(b);
    Ticket waiter = joined(doomed);
    etcd.faults().partition("b");
    etcd.await(() -> waiter.granted().isDone());

    assertThat(waiter.granted())
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(SessionLostException.class);
    assertThat(holder.isHeld()).isTrue();
  }

  @Test
  void holder_sessionLost_isToldBeforeTheNextIsGranted() {
    LeaseSession doomed = session(a);
    Ticket holder = joined(doomed);
    Ticket waiter = joined(session(b));
    etcd.faults().partition("a");
    etcd.await(() -> waiter.isHeld() || !holder.isHeld());

    assertThat(waiter.isHeld()).isFalse();
    etcd.await(waiter.granted());
    assertThat(holder.lost())
        .isCompletedWithValueMatching(loss -> loss.reason() == HoldLoss.Reason.SESSION_LOST);
  }

  @Test
  void holder_sessionClosed_letsTheNextOneIn() {
    LeaseSession closing = session(a);
    Ticket holder = joined(closing);
    Ticket waiter = joined(session(a));
    etcd.await(closing.closeAsync());
    etcd.await(waiter.granted());

    assertThat(holder.lost())
        .isCompletedWithValueMatching(loss -> loss.reason() == HoldLoss.Reason.SESSION_CLOSED);
  }

  @Test
  void wait_acrossCompactionAndBrokenWatches_goesOn() {
    Ticket holder = joined(session(a));
    Ticket waiter = joined(session(b));
    for (int i = 0; i < 5; i++) {
      etcd.faults().breakWatches("b");
      etcd.await(etcd.client("writer" + i).txn(TxnRequest.of(Op.put(Bytes.utf8("x"), PREFIX))));
      etcd.faults().compact();
      etcd.runFor(Duration.ofSeconds(1));
    }
    etcd.await(holder.leave());
    etcd.await(waiter.granted());
  }

  @Test
  void wait_throughARestartOfTheServer_goesOn() {
    Ticket holder = joined(session(a));
    Ticket waiter = joined(session(b));
    etcd.faults().stopServer(Duration.ofSeconds(4));
    etcd.runFor(Duration.ofSeconds(1));
    holder.leave();
    etcd.await(waiter.granted());
  }

  @Test
  void keys_ofLinesBelow_doNotCount() {
    etcd.await(
        etcd.client("other")
            .txn(TxnRequest.of(Op.put(PREFIX.concat(Bytes.utf8("below/key")), Bytes.EMPTY))));
    Ticket ticket = join(session(a));
    etcd.await(ticket.granted());
    Ticket next = joined(session(b));
    etcd.await(ticket.leave());
    etcd.await(next.granted());
  }

  @Test
  void line_ofManyWaitersInOneProcess_isServedInOrder() {
    LeaseSession session = session(a);
    List<Ticket> tickets = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      tickets.add(join(session));
    }
    List<Long> order = new ArrayList<>();
    for (Ticket ticket : tickets) {
      ticket
          .granted()
          .thenAccept(
              grant -> {
                order.add(grant.entry().createRevision());
                ticket.leave();
              });
    }
    etcd.await(() -> order.size() == tickets.size());

    assertThat(order).isSorted();
  }

  @Test
  void join_behindOthersOfOursWhoWait_isServedInOrderWithStrangersBetween() {
    LeaseSession session = session(a);
    List<Ticket> tickets = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      tickets.add(joined(session));
    }
    tickets.add(joined(session(b)));
    tickets.add(joined(session));
    long last = 0;
    for (Ticket ticket : tickets) {
      long token = etcd.await(ticket.granted()).entry().createRevision();
      assertThat(token).isGreaterThan(last);
      assertThat(tickets).filteredOn(Ticket::isHeld).containsExactly(ticket);
      last = token;
      etcd.await(ticket.leave());
    }
  }

  @Test
  void join_behindOthersOfOursWhoseKeysVanish_isGranted() {
    LeaseSession session = session(a);
    List<Ticket> before = List.of(joined(session), joined(session), joined(session));
    Ticket last = joined(session);
    before.forEach(ticket -> etcd.faults().deleteKey(ticket.key()));
    etcd.await(last.granted());

    assertThat(last.isHeld()).isTrue();
  }

  @Test
  void join_behindOthersOfOursWhoGoMeanwhile_isGrantedAtOnce() {
    LeaseSession session = session(a);
    List<Ticket> before = List.of(joined(session), joined(session), joined(session));
    etcd.faults().delayRequest("a", RequestKind.TXN, Duration.ofMillis(150));
    Ticket last = join(session);
    before.forEach(Ticket::leave);
    etcd.await(() -> keys().equals(List.of(last.key())));
    etcd.runFor(Duration.ofMillis(20));

    assertThat(last.isHeld()).isTrue();
  }

  @Test
  void mustWait_behindOthersOfOursWhoWait_isToldWithoutAnybodyLeaving() {
    LeaseSession session = session(a);
    List<Ticket> before = List.of(join(session), join(session), join(session));
    etcd.runFor(A_MOMENT);
    Ticket last = join(session);
    CompletableFuture<Void> told = last.mustWait();
    etcd.runFor(A_MOMENT);

    assertThat(told).isCompleted();
    assertThat(before).filteredOn(Ticket::isHeld).hasSize(1);
  }

  @Test
  void join_lineLongerThanIsReadWithIt_waitsForEverybodyBefore() {
    LeaseSession session = session(a);
    List<Ticket> before = new ArrayList<>();
    for (int i = 0; i < 70; i++) {
      before.add(join(session));
    }
    etcd.await(() -> keys().size() == before.size());
    Ticket last = join(session(b));
    for (Ticket ticket : before) {
      etcd.runFor(A_MOMENT);
      assertThat(last.isHeld()).isFalse();
      etcd.await(ticket.leave());
    }
    etcd.await(last.granted());
  }

  @Test
  void line_amongOursForAWhile_isWatchedAgainWhenAStrangerComes() {
    LeaseSession session = session(a);
    Ticket standing = joined(session);
    etcd.runFor(Duration.ofSeconds(1));
    etcd.await(standing.leave());
    for (int i = 0; i < 30; i++) {
      Ticket ticket = joined(session);
      etcd.await(ticket.granted());
      etcd.await(ticket.leave());
    }
    Ticket stranger = joined(session(b));
    Ticket last = joined(session);

    assertThat(last.granted()).isNotDone();
    etcd.await(stranger.leave());
    etcd.await(last.granted());
  }
}
