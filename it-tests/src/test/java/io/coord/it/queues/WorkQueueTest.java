package io.coord.it.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.Codec;
import io.coord.core.Coord;
import io.coord.core.GuardFailedException;
import io.coord.core.Session;
import io.coord.core.SessionLostException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.TxnRequest;
import io.coord.queues.Claim;
import io.coord.queues.ClaimLostException;
import io.coord.queues.DeadLetter;
import io.coord.queues.DuplicateItemException;
import io.coord.queues.EnqueueOptions;
import io.coord.queues.QueueFullException;
import io.coord.queues.WorkCounts;
import io.coord.queues.WorkQueue;
import io.coord.queues.WorkQueueOptions;
import io.coord.queues.WorkQueueOptions.WhenFull;
import io.coord.testkit.sim.RequestKind;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The work queue on the simulated store. */
class WorkQueueTest {

  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration A_MOMENT = Duration.ofMillis(500);
  private static final WorkQueueOptions TWICE = WorkQueueOptions.defaults().withMaxAttempts(2);

  private final SimulatedEtcd etcd = SimulatedEtcd.of(9);
  private final Coord a = etcd.coord("a");
  private final Coord b = etcd.coord("b");
  private final Session sessionA = etcd.await(a.openSessionAsync(TTL));
  private final Session sessionB = etcd.await(b.openSessionAsync(TTL));
  private final WorkQueue<String> queue = queue(sessionA, TWICE);
  private final WorkQueue<String> other = queue(sessionB, TWICE);

  private static WorkQueue<String> queue(Session session, WorkQueueOptions options) {
    return WorkQueue.of(session, "work", Codec.utf8(), options);
  }

  private void enqueue(String value) {
    etcd.await(queue.enqueueAsync(value, EnqueueOptions.defaults()));
  }

  private Claim<String> claim(WorkQueue<String> from) {
    return etcd.await(from.claimAsync());
  }

  private Optional<Claim<String>> claimSoon(WorkQueue<String> from) {
    return etcd.await(from.claimAsync(A_MOMENT));
  }

  private WorkCounts counts() {
    return etcd.await(queue.countsAsync());
  }

  @Test
  void claim_acknowledged_isOutForGood() {
    enqueue("1");
    Claim<String> claim = claim(other);

    assertThat(claim.value()).isEqualTo("1");
    assertThat(claim.attempt()).isEqualTo(1);
    assertThat(claim.isActive()).isTrue();
    assertThat(counts()).isEqualTo(new WorkCounts(0, 1, 0));
    etcd.await(claim.ackAsync());
    assertThat(counts()).isEqualTo(new WorkCounts(0, 0, 0));
    assertThat(claimSoon(queue)).isEmpty();
  }

  @Test
  void claim_items_byPriorityAndThenInOrder() {
    for (String value : List.of("b1", "a1", "b2", "a2")) {
      etcd.await(
          queue.enqueueAsync(
              value, EnqueueOptions.defaults().withPriority(value.startsWith("a") ? 3 : 700)));
    }
    List<String> claimed = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      claimed.add(claim(other).value());
    }

    assertThat(claimed).containsExactly("a1", "a2", "b1", "b2");
  }

  @Test
  void claim_whileClaimed_isNobodyElses() {
    enqueue("1");
    claim(queue);

    assertThat(claimSoon(other)).isEmpty();
    etcd.runFor(TTL.multipliedBy(5));
    assertThat(claimSoon(other)).isEmpty();
  }

  @Test
  void claim_consumerDied_returnsWithItsAttemptCounted() {
    enqueue("1");
    enqueue("2");
    claim(queue);
    CompletableFuture<Claim<String>> second = other.claimAsync();
    assertThat(etcd.await(second).value()).isEqualTo("2");
    etcd.faults().kill("a");
    Claim<String> again = claim(other);

    assertThat(again.value()).isEqualTo("1");
    assertThat(again.attempt()).isEqualTo(2);
    assertThat(again.lastReason()).contains("session").contains("ended");
  }

  @Test
  void claim_consumerDiedTooOften_isDeadWithTheReason() {
    enqueue("1");
    claim(queue);
    etcd.await(sessionA.closeAsync());
    claim(other);
    etcd.await(sessionB.closeAsync());
    WorkQueue<String> third = queue(etcd.await(b.openSessionAsync(TTL)), TWICE);

    assertThat(claimSoon(third)).isEmpty();
    assertThat(etcd.await(third.deadLettersAsync()))
        .singleElement()
        .satisfies(
            dead -> {
              assertThat(dead.value()).isEqualTo("1");
              assertThat(dead.attempts()).isEqualTo(2);
              assertThat(dead.reason()).contains("b/").contains("ended");
            });
  }

  @Test
  void claim_whoseOwnerDiedWhileNobodyWatched_isReturnedByTheNext() {
    enqueue("1");
    claim(queue);
    etcd.faults().kill("a");
    etcd.faults().kill("b");
    etcd.runFor(TTL.multipliedBy(3));
    Coord c = etcd.coord("c");
    WorkQueue<String> later = queue(etcd.await(c.openSessionAsync(TTL)), TWICE);

    assertThat(claim(later).attempt()).isEqualTo(2);
  }

  @Test
  void ack_afterTheSessionWasLost_isRefusedAndTheOtherGoesOn() {
    enqueue("1");
    Claim<String> late = claim(queue);
    etcd.faults().pause("a");
    Claim<String> current = claim(other);
    etcd.faults().resume("a");
    etcd.runFor(A_MOMENT);

    assertThat(late.isActive()).isFalse();
    assertThatThrownBy(() -> etcd.await(late.ackAsync())).isInstanceOf(SessionLostException.class);
    assertThat(counts().held()).isEqualTo(1);
    assertThat(current.fencingToken()).isGreaterThan(late.fencingToken());
    etcd.await(current.ackAsync());
  }

  @Test
  void ack_twice_theSecondIsRefused() {
    enqueue("1");
    Claim<String> claim = claim(queue);
    etcd.await(claim.ackAsync());

    assertThatThrownBy(() -> etcd.await(claim.ackAsync()))
        .isInstanceOf(ClaimLostException.class)
        .hasMessageContaining("had ended before");
    assertThatThrownBy(() -> etcd.await(claim.nackAsync("no")))
        .isInstanceOf(ClaimLostException.class);
  }

  @Test
  void ack_manyAtOnce_shareTransactions() {
    List<Claim<String>> claims = claimMany(50);
    long before = etcd.revision();

    List<CompletableFuture<Void>> acks = claims.stream().map(Claim::ackAsync).toList();
    acks.forEach(etcd::await);

    assertThat(etcd.revision() - before).isBetween(2L, 6L);
    assertThat(counts()).isEqualTo(new WorkCounts(0, 0, 0));
  }

  @Test
  void ack_amongOthersWhoseClaimEnded_isDoneAndOnlyTheOtherIsRefused() {
    List<Claim<String>> claims = claimMany(10);
    List<CompletableFuture<Void>> acks = new ArrayList<>();
    acks.add(claims.get(0).ackAsync());
    etcd.await(deleteByHand(claims.get(5)));
    for (Claim<String> claim : claims.subList(1, 10)) {
      acks.add(claim.ackAsync());
    }
    for (int i = 0; i < acks.size(); i++) {
      CompletableFuture<Void> ack = acks.get(i);
      if (i == 5) {
        assertThatThrownBy(() -> etcd.await(ack)).isInstanceOf(ClaimLostException.class);
      } else {
        etcd.await(ack);
      }
    }
  }

  @Test
  void ack_twiceAtOnce_isDoneOnce() {
    List<Claim<String>> claims = claimMany(3);
    List<CompletableFuture<Void>> acks = new ArrayList<>();
    acks.add(claims.get(0).ackAsync());
    acks.add(claims.get(1).ackAsync());
    acks.add(claims.get(2).ackAsync());
    acks.add(claims.get(1).ackAsync());
    etcd.await(() -> acks.stream().allMatch(CompletableFuture::isDone));

    assertThat(acks).filteredOn(CompletableFuture::isCompletedExceptionally).hasSize(1);
    assertThat(acks.get(0)).isCompleted();
    assertThat(acks.get(2)).isCompleted();
  }

  private List<Claim<String>> claimMany(int count) {
    List<CompletableFuture<Claim<String>>> claims = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      enqueue("v" + i);
      claims.add(other.claimAsync());
    }
    return claims.stream().map(etcd::await).toList();
  }

  private CompletableFuture<?> deleteByHand(Claim<String> claim) {
    Bytes live = Bytes.utf8(claim.key());
    return CoordRuntime.of(a).store().txn(TxnRequest.of(Op.delete(live)));
  }

  @Test
  void ack_replyLost_isDoneOnce() {
    enqueue("1");
    Claim<String> claim = claim(queue);
    etcd.faults().loseReply("a", RequestKind.TXN);
    etcd.await(claim.ackAsync());

    assertThat(counts()).isEqualTo(new WorkCounts(0, 0, 0));
  }

  @Test
  void claim_replyLost_isClaimedOnce() {
    enqueue("1");
    etcd.await(other.claimAsync(Duration.ofMillis(1)));
    etcd.runFor(A_MOMENT);
    WorkQueue<String> fresh = queue(etcd.await(b.openSessionAsync(TTL)), TWICE);
    CompletableFuture<Claim<String>> waiting = fresh.claimAsync();
    etcd.runFor(A_MOMENT);
    etcd.faults().loseReply("b", RequestKind.TXN);
    enqueue("2");

    assertThat(etcd.await(waiting).attempt()).isEqualTo(1);
  }

  @Test
  void nack_first_goesBackToItsPlaceWithTheReason() {
    enqueue("1");
    enqueue("2");
    Claim<String> claim = claim(queue);
    etcd.await(claim.nackAsync("printer on fire"));
    Claim<String> again = claim(other);

    assertThat(again.value()).isEqualTo("1");
    assertThat(again.attempt()).isEqualTo(2);
    assertThat(again.lastReason()).isEqualTo("printer on fire");
  }

  @Test
  void nack_afterTheLastAttempt_isDeadAndCanBeRetriedOrDropped() {
    enqueue("1");
    enqueue("2");
    for (int i = 0; i < 2; i++) {
      etcd.await(claim(queue).nackAsync("no " + i));
    }
    for (int i = 0; i < 2; i++) {
      etcd.await(claim(queue).nackAsync("no " + i));
    }
    List<DeadLetter<String>> dead = etcd.await(other.deadLettersAsync());

    assertThat(dead).extracting(DeadLetter::value).containsExactly("1", "2");
    assertThat(dead).extracting(DeadLetter::reason).containsOnly("no 1");
    assertThat(dead).extracting(DeadLetter::attempts).containsOnly(2);
    assertThat(etcd.await(other.retryAsync(dead.get(0).id()))).isTrue();
    assertThat(etcd.await(other.retryAsync(dead.get(0).id()))).isFalse();
    assertThat(etcd.await(queue.dropAsync(dead.get(1).id()))).isTrue();
    assertThat(etcd.await(queue.dropAsync(dead.get(1).id()))).isFalse();
    assertThat(etcd.await(other.deadLettersAsync())).isEmpty();
    assertThat(claim(other).attempt()).isEqualTo(1);
    assertThat(claimSoon(other)).isEmpty();
  }

  @Test
  void nack_withADelay_isClaimedAfterItAndNotBefore() {
    enqueue("1");
    etcd.await(claim(queue).nackAsync("later", Duration.ofSeconds(30)));
    etcd.runFor(Duration.ofSeconds(29));
    assertThat(claimSoon(other)).isEmpty();

    Claim<String> again = claim(other);
    assertThat(again.attempt()).isEqualTo(2);
    assertThat(again.lastReason()).isEqualTo("later");
  }

  @Test
  void enqueue_withADelay_isClaimedAfterItAndNotBefore() {
    etcd.await(
        queue.enqueueAsync("1", EnqueueOptions.defaults().withDelay(Duration.ofSeconds(30))));
    etcd.runFor(Duration.ofSeconds(29));
    assertThat(claimSoon(other)).isEmpty();

    assertThat(claim(other).attempt()).isEqualTo(1);
  }

  @Test
  void enqueue_sameId_isRefusedUntilTheFirstIsAcknowledged() {
    EnqueueOptions once = EnqueueOptions.defaults().withId("invoice-7");
    etcd.await(queue.enqueueAsync("1", once));
    assertThatThrownBy(() -> etcd.await(other.enqueueAsync("2", once)))
        .isInstanceOf(DuplicateItemException.class)
        .hasMessageContaining("invoice-7");
    Claim<String> claim = claim(queue);
    assertThatThrownBy(() -> etcd.await(other.enqueueAsync("2", once)))
        .isInstanceOf(DuplicateItemException.class);
    etcd.await(claim.ackAsync());
    etcd.await(other.enqueueAsync("3", once));

    assertThat(claim(queue).value()).isEqualTo("3");
  }

  @Test
  void enqueue_full_isRefusedOrWaitsForRoom() {
    WorkQueue<String> refusing = queue(sessionA, TWICE.withMaxLength(3, WhenFull.REFUSE));
    WorkQueue<String> waiting = queue(sessionB, TWICE.withMaxLength(3, WhenFull.WAIT));
    for (int i = 0; i < 3; i++) {
      etcd.await(refusing.enqueueAsync("v" + i, EnqueueOptions.defaults()));
    }
    Claim<String> claim = claim(refusing);
    assertThatThrownBy(
            () -> etcd.await(refusing.enqueueAsync("refused", EnqueueOptions.defaults())))
        .isInstanceOf(QueueFullException.class)
        .hasMessageContaining("3 items");
    CompletableFuture<Long> put = waiting.enqueueAsync("waits", EnqueueOptions.defaults());
    etcd.runFor(Duration.ofSeconds(30));
    assertThat(put).isNotDone();

    etcd.await(claim.ackAsync());
    etcd.await(put);
    assertThat(counts().waiting()).isEqualTo(3);
  }

  @Test
  void enqueue_byConcurrentProducers_keepsTheBound() {
    etcd.onCommit(
        events ->
            assertThat(
                    etcd.keys(KeyRange.prefix(Bytes.utf8("__coord/work/work\0item/"))).size()
                        + etcd.keys(KeyRange.prefix(Bytes.utf8("__coord/work/work\0claim/held/")))
                            .size())
                .isLessThanOrEqualTo(5));
    WorkQueueOptions bounded = TWICE.withMaxLength(5, WhenFull.WAIT);
    List<CompletableFuture<Long>> puts = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      puts.add(queue(sessionA, bounded).enqueueAsync("a" + i, EnqueueOptions.defaults()));
      puts.add(queue(sessionB, bounded).enqueueAsync("b" + i, EnqueueOptions.defaults()));
    }
    for (int i = 0; i < 60; i++) {
      etcd.await(claim(other).ackAsync());
    }
    puts.forEach(etcd::await);

    assertThat(counts()).isEqualTo(new WorkCounts(0, 0, 0));
  }

  @Test
  void claimAsync_cancelledAtAnyMoment_claimsNothingAndCountsNoAttempt() {
    for (int micros = 0; micros < 12_000; micros += 300) {
      enqueue("v" + micros);
      CompletableFuture<Claim<String>> waiting = other.claimAsync();
      etcd.runFor(Duration.ofNanos(micros * 1_000L));
      boolean cancelled = waiting.cancel(true);
      etcd.runFor(A_MOMENT);

      assertThat(counts().waiting()).isEqualTo(cancelled ? 1 : 0);
      Claim<String> claim = cancelled ? claim(queue) : waiting.join();
      assertThat(claim.attempt()).isEqualTo(1);
      etcd.await(claim.ackAsync());
    }
  }

  @Test
  void guard_ofAClaimThatEnded_letsNothingThrough() {
    enqueue("1");
    Claim<String> claim = claim(queue);
    etcd.await(a.transaction().require(claim.guard()).put("result", "early").commitAsync());
    etcd.await(claim.nackAsync("no"));

    assertThatThrownBy(
            () ->
                etcd.await(
                    a.transaction().require(claim.guard()).put("result", "late").commitAsync()))
        .isInstanceOf(GuardFailedException.class);
  }

  @Test
  void claim_sessionLost_failsAtOnce() {
    CompletableFuture<Claim<String>> waiting = queue.claimAsync();
    etcd.runFor(A_MOMENT);
    etcd.faults().revokeLease(sessionA.leaseId());

    assertThatThrownBy(() -> etcd.await(waiting)).isInstanceOf(SessionLostException.class);
    assertThatThrownBy(() -> etcd.await(queue.claimAsync()))
        .isInstanceOf(SessionLostException.class);
  }

  @Test
  void options_outOfRange_areRefusedWithTheValue() {
    assertThatThrownBy(() -> WorkQueueOptions.defaults().withMaxAttempts(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0");
    assertThatThrownBy(() -> WorkQueueOptions.defaults().withMaxLength(-1, WhenFull.WAIT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
    assertThatThrownBy(() -> EnqueueOptions.defaults().withPriority(65_536))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("65536");
    assertThatThrownBy(() -> EnqueueOptions.defaults().withId(""))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> WorkQueue.of(sessionA, ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name of the work queue is empty");
  }
}
