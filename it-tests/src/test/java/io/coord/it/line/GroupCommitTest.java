package io.coord.it.line;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Bytes;
import io.coord.core.SessionLostException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.line.Admission;
import io.coord.core.internal.line.Entry;
import io.coord.core.internal.line.Handover;
import io.coord.core.internal.line.Ticket;
import io.coord.core.internal.session.LeaseSession;
import io.coord.core.internal.store.WatchEvent;
import io.coord.testkit.sim.RequestKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Joins and departures of many lines that arrive together. */
class GroupCommitTest extends LineScenario {

  private static final int LINES = 20;

  /** More than go by themselves; so the next request, whoever's it is, is a shared one. */
  private static final int FIRST = 4;

  private static final Admission EVERYBODY =
      new Admission() {
        @Override
        public int admitted(Iterable<Entry> line) {
          return Integer.MAX_VALUE;
        }

        @Override
        public boolean counts(Bytes key, int prefixLength) {
          return true;
        }
      };

  private static final Bytes CROWD = Bytes.utf8("crowd/");

  private static Ticket join(LeaseSession session, int line) {
    Bytes prefix = Bytes.utf8("line/" + line + "/");
    return session
        .runtime()
        .lines()
        .join(prefix, Admission.FIRST, prefix, session, Bytes.EMPTY, Handover.AT_ONCE);
  }

  private static List<Ticket> join(LeaseSession session, int from, int to) {
    List<Ticket> tickets = new ArrayList<>();
    for (int line = from; line < to; line++) {
      tickets.add(join(session, line));
    }
    return tickets;
  }

  /** The keys of tickets; a session's fence, which a lost reply leaves, is none of them. */
  private List<Bytes> places() {
    return keys().stream().filter(key -> !key.contains((byte) 0, 0)).toList();
  }

  private void awaitAll(List<Ticket> tickets) {
    tickets.forEach(ticket -> etcd.await(ticket.granted()));
    assertThat(tickets).allMatch(Ticket::isHeld);
  }

  @Test
  void join_manyLinesAtOnce_shareTransactions() {
    LeaseSession session = session(a);
    long before = etcd.revision();
    List<Ticket> tickets = join(session, 0, LINES);
    awaitAll(tickets);
    long joined = etcd.revision();
    tickets.forEach(Ticket::leave);
    tickets.forEach(ticket -> etcd.await(ticket.leave()));

    assertThat(joined - before).isLessThanOrEqualTo(2 * FIRST);
    assertThat(etcd.revision() - joined).isLessThanOrEqualTo(2 * FIRST);
    assertThat(places()).isEmpty();
  }

  @Test
  void leave_manyOfOneLineAtOnce_shareTransactionsAndLeaveNoKey() {
    LeaseSession session = session(a);
    List<Ticket> tickets = new ArrayList<>();
    for (int i = 0; i < LINES; i++) {
      tickets.add(joinCrowd(session));
    }
    awaitAll(tickets);
    long joined = etcd.revision();
    tickets.forEach(Ticket::leave);
    etcd.faults().loseReply("a", RequestKind.TXN);
    tickets.forEach(ticket -> etcd.await(ticket.leave()));

    assertThat(etcd.revision() - joined).isLessThanOrEqualTo(2 * FIRST);
    assertThat(places()).isEmpty();
  }

  @Test
  void leave_whileAnotherOfTheLineJoins_sharesNoCommitWithIt() {
    LeaseSession session = session(a);
    Ticket leaving = joinCrowd(session);
    awaitAll(List.of(leaving));
    Map<Long, List<WatchEvent.Type>> commits = new HashMap<>();
    etcd.onCommit(
        events ->
            events.stream()
                .filter(event -> event.kv().key().startsWith(CROWD))
                .forEach(
                    event ->
                        commits
                            .computeIfAbsent(event.kv().modRevision(), at -> new ArrayList<>())
                            .add(event.type())));
    List<Ticket> elsewhere = join(session, 0, FIRST);
    leaving.leave();
    Ticket coming = joinCrowd(session);
    awaitAll(elsewhere);
    awaitAll(List.of(coming));
    etcd.await(leaving.leave());

    assertThat(commits.values())
        .containsExactlyInAnyOrder(List.of(WatchEvent.Type.PUT), List.of(WatchEvent.Type.DELETE));
  }

  private static Ticket joinCrowd(LeaseSession session) {
    return session
        .runtime()
        .lines()
        .join(CROWD, EVERYBODY, CROWD, session, Bytes.EMPTY, Handover.AT_ONCE);
  }

  @Test
  void join_oneLineFromManySessions_givesEachARevisionOfItsOwn() {
    List<Ticket> elsewhere = join(session(a), 0, FIRST);
    List<Ticket> tickets = new ArrayList<>();
    List<LeaseSession> sessions = List.of(session(a), session(a), session(a));
    List<Ticket> busy = join(sessions.get(0), FIRST, LINES);
    sessions.forEach(session -> tickets.add(join(session, LINES)));
    List<Long> tokens = new ArrayList<>();
    for (Ticket ticket : tickets) {
      ticket
          .granted()
          .thenAccept(
              grant -> {
                tokens.add(grant.entry().createRevision());
                ticket.leave();
              });
    }
    etcd.await(() -> tokens.size() == tickets.size());

    assertThat(tokens).doesNotHaveDuplicates().isSorted();
    awaitAll(elsewhere);
    awaitAll(busy);
  }

  @Test
  void join_replyToTheSharedTransactionLost_eachIsJoinedOnce() {
    LeaseSession session = session(a);
    List<Ticket> tickets = join(session, 0, LINES);
    etcd.faults().loseReply("a", RequestKind.TXN);
    awaitAll(tickets);

    assertThat(places()).hasSize(LINES);
  }

  @Test
  void join_sharedTransactionAppliedLongAfterAllLeft_leavesNoKey() {
    LeaseSession session = session(a);
    List<Ticket> tickets = join(session, 0, LINES);
    etcd.faults().delayRequest("a", RequestKind.TXN, Duration.ofSeconds(30));
    awaitAll(tickets);
    tickets.forEach(ticket -> etcd.await(ticket.leave()));
    etcd.runFor(Duration.ofSeconds(60));

    assertThat(places()).isEmpty();
    assertThat(session.isActive()).isTrue();
  }

  @Test
  void leave_replyToTheSharedTransactionLost_leavesNoKeyAndReleasesNobodyElse() {
    LeaseSession session = session(a);
    List<Ticket> tickets = join(session, 0, LINES);
    awaitAll(tickets);
    List<Ticket> next = join(session(b), 0, LINES);
    etcd.runFor(A_MOMENT);
    tickets.forEach(Ticket::leave);
    etcd.faults().loseReply("a", RequestKind.TXN);
    awaitAll(next);
    etcd.runFor(Duration.ofSeconds(30));

    assertThat(next).allMatch(Ticket::isHeld);
    assertThat(places())
        .containsExactlyInAnyOrderElementsOf(next.stream().map(Ticket::key).toList());
  }

  @Test
  void join_oneOfTheCompanyIsRefused_theOthersAreGranted() {
    LeaseSession session = session(a);
    LeaseSession gone = session(a);
    List<Ticket> tickets = join(session, 0, LINES);
    Ticket refused = join(gone, LINES);
    etcd.faults().revokeLease(gone.leaseId());
    awaitAll(tickets);

    assertThat(refused.granted())
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(SessionLostException.class);
  }

  @Test
  void close_whileSomeWaitForCompany_endsEveryFuture() {
    List<Ticket> tickets = join(session(a), 0, LINES);
    CoordRuntime.of(a).store().close();
    etcd.await(() -> tickets.stream().allMatch(ticket -> ticket.granted().isDone()));
  }
}
