package io.coord.it.line;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.internal.line.Ticket;
import io.coord.core.internal.line.Ticket.Departure;
import io.coord.core.internal.session.LeaseSession;
import io.coord.testkit.sim.RequestKind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Requests and replies of a line that are lost or late, and the names of keys. */
class LineRequestsTest extends LineScenario {

  @Test
  void join_replyLost_isJoinedOnce() {
    LeaseSession session = session(a);
    etcd.faults().loseReply("a", RequestKind.TXN);
    Ticket ticket = join(session);
    etcd.await(ticket.granted());

    assertThat(keys()).containsExactly(ticket.key());
  }

  @Test
  void join_requestLost_isJoinedAllTheSame() {
    LeaseSession session = session(a);
    etcd.faults().loseRequest("a", RequestKind.TXN);
    etcd.await(join(session).granted());
  }

  @Test
  void join_requestAppliedLongAfterWeLeft_leavesNoKey() {
    LeaseSession session = session(a);
    etcd.faults().delayRequest("a", RequestKind.TXN, Duration.ofSeconds(30));
    Ticket ticket = join(session);
    etcd.await(ticket.granted());
    etcd.await(ticket.leave());
    etcd.runFor(Duration.ofSeconds(60));

    assertThat(keys()).isEmpty();
    assertThat(session.isActive()).isTrue();
    etcd.await(join(session).granted());
  }

  @Test
  void leave_replyLost_doesNotReleaseTheNextHolder() {
    LeaseSession session = session(a);
    Ticket first = joined(session);
    Ticket second = joined(session(b));
    etcd.faults().loseReply("a", RequestKind.TXN);

    assertThat(etcd.await(first.leave())).isEqualTo(Departure.LEFT);
    etcd.await(second.granted());
    etcd.runFor(Duration.ofSeconds(30));

    assertThat(second.isHeld()).isTrue();
    assertThat(keys()).containsExactly(second.key());
  }

  @Test
  void join_afterLeaving_usesTheSameKeyAgain() {
    LeaseSession session = session(a);
    Ticket first = joined(session);
    long token = etcd.await(first.granted()).entry().createRevision();
    etcd.await(first.leave());
    Ticket second = joined(session);

    assertThat(second.key()).isEqualTo(first.key());
    assertThat(etcd.await(second.granted()).entry().createRevision()).isGreaterThan(token);
    assertThat(first.isHeld()).isFalse();
    assertThat(second.isHeld()).isTrue();
  }

  @Test
  void join_whileAnotherOfTheSessionStands_usesAKeyOfItsOwn() {
    LeaseSession session = session(a);
    Ticket first = joined(session);
    Ticket second = joined(session);
    etcd.await(first.leave());
    Ticket third = joined(session);

    assertThat(third.key()).isEqualTo(first.key()).isNotEqualTo(second.key());
    assertThat(second.isHeld()).isTrue();
    assertThat(third.isHeld()).isFalse();
  }

  @Test
  void leave_requestAppliedLongAfterALaterJoin_doesNotReleaseThat() {
    LeaseSession session = session(a);
    Ticket first = joined(session);
    etcd.faults().delayRequest("a", RequestKind.TXN, Duration.ofSeconds(30));
    etcd.await(first.leave());
    Ticket second = joined(session);
    etcd.runFor(Duration.ofSeconds(60));

    assertThat(second.isHeld()).isTrue();
    assertThat(keys()).containsExactly(second.key());
  }

  @Test
  void join_processStoppedAtAnyMomentUntilItsSessionIsOver_isNotGrantedAfterwards() {
    for (int micros = 0; micros < 4_000; micros += 100) {
      Ticket late = join(session(a));
      etcd.runFor(Duration.ofNanos(micros * 1_000L));
      boolean inTime = late.granted().isDone();
      etcd.faults().pause("a");
      etcd.runFor(TTL.multipliedBy(2));
      etcd.faults().resume("a");
      etcd.runFor(A_MOMENT);

      assertThat(late.granted().isCompletedExceptionally())
          .as("stopped after %d us", micros)
          .isNotEqualTo(inTime);
    }
  }

  @Test
  void join_afterAJoinWhoseReplyWasLost_usesAnotherKey() {
    LeaseSession session = session(a);
    etcd.faults().loseReply("a", RequestKind.TXN);
    Ticket first = joined(session);
    etcd.await(first.leave());

    assertThat(joined(session).key()).isNotEqualTo(first.key());
  }

  @Test
  void leave_whileNoServerAnswers_isDoneWhenItDoesAgain() {
    Ticket ticket = joined(session(a));
    etcd.faults().stopServer(Duration.ofSeconds(5));
    ticket.leave();
    etcd.runFor(Duration.ofSeconds(20));

    assertThat(keys()).isEmpty();
  }
}
