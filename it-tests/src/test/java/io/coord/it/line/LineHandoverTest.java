package io.coord.it.line;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Bytes;
import io.coord.core.KeyDeletedException;
import io.coord.core.internal.line.Admission;
import io.coord.core.internal.line.Handover;
import io.coord.core.internal.line.Ticket;
import io.coord.core.internal.line.Ticket.Departure;
import io.coord.core.internal.session.LeaseSession;
import io.coord.testkit.sim.RequestKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** When the next one of the same process takes over while the key before it is still in etcd. */
class LineHandoverTest extends LineScenario {

  /** Long enough for an answer, and short enough that what it showed is fresh. */
  private static final Duration AN_ANSWER = Duration.ofMillis(10);

  private static final int MANY = 800;

  /** Too small to tell so many, each inside of the one before. */
  private static final long SMALL_STACK_BYTES = 256 * 1024;

  private static final Duration STALE = Duration.ofMillis(30);

  private Ticket freshlyJoined(LeaseSession session, Handover handover) {
    int before = keys().size();
    Ticket ticket =
        session
            .runtime()
            .lines()
            .join(PREFIX, Admission.FIRST, PREFIX, session, Bytes.EMPTY, handover);
    etcd.await(() -> keys().size() > before);
    etcd.runFor(AN_ANSWER);
    return ticket;
  }

  private Ticket freshlyJoined(LeaseSession session) {
    return freshlyJoined(session, Handover.AT_ONCE);
  }

  @Test
  void leave_nextOfTheSameProcess_isGrantedBeforeTheKeyIsGone() {
    LeaseSession session = session(a);
    Ticket first = freshlyJoined(session);
    Ticket second = freshlyJoined(session);
    CompletableFuture<Departure> left = first.leave();

    assertThat(second.isHeld()).isTrue();
    assertThat(first.isHeld()).isFalse();
    assertThat(left).isNotDone();
    assertThat(keys()).contains(first.key(), second.key());
    assertThat(etcd.await(left)).isEqualTo(Departure.LEFT);
  }

  @Test
  void leave_deletionLost_keepsOtherProcessesWaitingUntilItIsDone() {
    LeaseSession session = session(a);
    Ticket first = freshlyJoined(session);
    Ticket second = freshlyJoined(session);
    Ticket stranger = freshlyJoined(session(b));
    etcd.faults().loseRequest("a", RequestKind.TXN);
    CompletableFuture<Departure> left = first.leave();
    etcd.await(second.leave());

    assertThat(stranger.granted()).isNotDone();
    etcd.await(left);
    etcd.await(stranger.granted());
  }

  @Test
  void leave_strangerBetween_goesFirst() {
    LeaseSession session = session(a);
    Ticket first = freshlyJoined(session);
    Ticket stranger = freshlyJoined(session(b));
    Ticket last = freshlyJoined(session);
    etcd.await(first.leave());

    assertThat(last.isHeld()).isFalse();
    etcd.await(stranger.granted());
    etcd.await(stranger.leave());
    etcd.await(last.granted());
  }

  @Test
  void leave_handsOverOnceGone_nextWaitsForTheDeletion() {
    LeaseSession session = session(a);
    Ticket first = freshlyJoined(session);
    Ticket second = freshlyJoined(session);

    assertThat(first.handOverOnceGone()).isTrue();
    CompletableFuture<Departure> left = first.leave();
    assertThat(second.granted()).isNotDone();
    etcd.await(left);
    assertThat(second.isHeld()).isTrue();
  }

  @Test
  void leave_nextTakesOverOnlyOnceItIsGone_nextWaitsForTheDeletion() {
    LeaseSession session = session(a);
    Ticket first = freshlyJoined(session);
    Ticket second = freshlyJoined(session, Handover.ONCE_GONE);
    CompletableFuture<Departure> left = first.leave();

    assertThat(second.granted()).isNotDone();
    etcd.await(left);
    assertThat(second.isHeld()).isTrue();
  }

  @Test
  void leave_oneOfSeveralBeforeHandsOverOnceGone_nextWaitsForItsDeletion() {
    LeaseSession session = session(a);
    Ticket guarded = freshlyJoined(session, Handover.ONCE_GONE);
    Ticket inTheMiddle = freshlyJoined(session);
    Ticket last = freshlyJoined(session);
    CompletableFuture<Departure> gone = guarded.leave();
    inTheMiddle.leave();

    assertThat(last.granted()).isNotDone();
    etcd.await(gone);
    etcd.await(last.granted());
  }

  @Test
  void handOverOnceGone_onceLeft_isTooLate() {
    LeaseSession session = session(a);
    Ticket first = freshlyJoined(session);
    freshlyJoined(session);
    CompletableFuture<Departure> left = first.leave();

    assertThat(first.handOverOnceGone()).isFalse();
    etcd.await(left);
  }

  @Test
  void leave_nextNotSeenForAMoment_waitsForTheDeletionWhichSeesIt() {
    LeaseSession session = session(a);
    Ticket first = freshlyJoined(session);
    Ticket second = freshlyJoined(session);
    etcd.runFor(STALE);
    CompletableFuture<Departure> left = first.leave();

    assertThat(second.granted()).isNotDone();
    etcd.await(left);
    assertThat(second.isHeld()).isTrue();
  }

  @Test
  void leave_nextDeletedByHandMeanwhile_isNeverGranted() {
    LeaseSession session = session(a);
    Ticket first = freshlyJoined(session);
    Ticket second = freshlyJoined(session);
    etcd.faults().deleteKey(second.key());
    etcd.runFor(STALE);
    etcd.await(first.leave());
    etcd.runFor(A_MOMENT);

    assertThat(second.granted())
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(KeyDeletedException.class);
  }

  @Test
  void leave_whileBeingTold_grantsInOrderAndNeedsNoStackForEachWaiter() {
    LeaseSession session = session(a);
    List<Ticket> tickets = new ArrayList<>();
    List<Long> order = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      Ticket ticket = join(session);
      ticket
          .granted()
          .thenAccept(
              grant -> {
                order.add(grant.entry().createRevision());
                ticket.leave();
              });
      tickets.add(ticket);
    }
    CompletableFuture<Void> served =
        onASmallStack(() -> etcd.await(() -> order.size() == tickets.size()));

    assertThat(served).succeedsWithin(Duration.ofSeconds(30));
    etcd.runFor(A_MOMENT);
    assertThat(order).isSorted();
    assertThat(keys()).isEmpty();
  }

  private static CompletableFuture<Void> onASmallStack(Runnable task) {
    return CompletableFuture.runAsync(
        task, run -> new Thread(null, run, "small stack", SMALL_STACK_BYTES).start());
  }
}
