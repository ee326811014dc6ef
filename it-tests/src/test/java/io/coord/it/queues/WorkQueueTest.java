package io.coord.it.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.GuardFailedException;
import io.coord.core.SessionLostException;
import io.coord.core.internal.store.KeyRange;
import io.coord.queues.Claim;
import io.coord.queues.DeadLetter;
import io.coord.queues.DuplicateItemException;
import io.coord.queues.EnqueueOptions;
import io.coord.queues.QueueFullException;
import io.coord.queues.WorkCounts;
import io.coord.queues.WorkQueue;
import io.coord.queues.WorkQueueOptions;
import io.coord.queues.WorkQueueOptions.WhenFull;
import io.coord.testkit.sim.RequestKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The work queue on the simulated store. */
class WorkQueueTest extends WorkScenario {

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
  void claim_forNoTime_claimsWhatIsThere() {
    assertThat(etcd.await(other.claimAsync(Duration.ZERO))).isEmpty();
    enqueue("1");

    assertThat(etcd.await(queue(sessionB, TWICE).claimAsync(Duration.ZERO))).isPresent();
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
  void claim_processStoppedAtAnyMomentUntilItsSessionIsOver_isNotGivenAfterwards() {
    for (int micros = 0; micros < 4_000; micros += 100) {
      WorkQueue<String> stopped = queue(etcd.await(a.openSessionAsync(TTL)), TWICE);
      etcd.await(other.enqueueAsync("v", EnqueueOptions.defaults()));
      CompletableFuture<Claim<String>> late = stopped.claimAsync();
      etcd.runFor(Duration.ofNanos(micros * 1_000L));
      boolean inTime = late.isDone();
      etcd.faults().pause("a");
      etcd.await(claim(other).ackAsync());
      etcd.runFor(TTL.multipliedBy(2));
      etcd.faults().resume("a");
      etcd.runFor(A_MOMENT);

      assertThat(late.isCompletedExceptionally())
          .as("stopped after %d us", micros)
          .isNotEqualTo(inTime);
    }
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
  void enqueue_delayOverBeforeItComesIn_comesInWithoutOne() {
    enqueue("first");
    Claim<String> first = claim(queue);
    List<Long> before = etcd.leases();
    CompletableFuture<Long> enqueued =
        queue.enqueueAsync("1", EnqueueOptions.defaults().withDelay(Duration.ofSeconds(30)));
    etcd.await(() -> etcd.leases().size() > before.size());
    etcd.leases().stream()
        .filter(lease -> !before.contains(lease))
        .forEach(lease -> etcd.faults().revokeLease(lease));
    etcd.await(enqueued);

    assertThat(claim(other).value()).isEqualTo("1");
    etcd.await(first.ackAsync());
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
  void enqueue_withADelayThatDoesNotComeIn_leavesNoLease() {
    WorkQueue<String> refusing = queue(sessionA, TWICE.withMaxLength(1, WhenFull.REFUSE));
    WorkQueue<String> waiting = queue(sessionB, TWICE.withMaxLength(1, WhenFull.WAIT));
    EnqueueOptions delayed =
        EnqueueOptions.defaults().withDelay(Duration.ofHours(1)).withId("invoice-7");
    etcd.await(refusing.enqueueAsync("in", delayed));
    int before = etcd.leases().size();

    assertThatThrownBy(() -> etcd.await(refusing.enqueueAsync("full", delayed)))
        .isInstanceOf(QueueFullException.class);
    assertThatThrownBy(() -> etcd.await(queue.enqueueAsync("twice", delayed)))
        .isInstanceOf(DuplicateItemException.class);
    CompletableFuture<Long> put = waiting.enqueueAsync("waits", delayed);
    etcd.runFor(Duration.ofSeconds(10));
    put.cancel(false);
    etcd.runFor(A_MOMENT);

    assertThat(etcd.leases()).hasSize(before);
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
    EnqueueOptions first = EnqueueOptions.defaults();
    EnqueueOptions second = first.withPriority(1);
    for (int i = 0; i < 30; i++) {
      puts.add(queue(sessionA, bounded).enqueueAsync("a" + i, first));
      puts.add(queue(sessionB, bounded).enqueueAsync("b" + i, second));
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
    assertThatThrownBy(() -> EnqueueOptions.defaults().withId("half \ud83d"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Unicode");
    assertThatThrownBy(() -> WorkQueue.of(sessionA, ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name of the work queue is empty");
  }

  @Test
  void sessionEnds_othersAreToldOfTheClaimBeforeAtTheSameTime_theItemIsNotLeftBehind() {
    enqueue("1");
    etcd.faults().partition("b", Duration.ofSeconds(2));
    etcd.await(claim(queue).nackAsync("not now"));
    claim(queue);
    etcd.faults().pause("a");
    etcd.await(etcd.client("c").revokeLease(sessionA.leaseId()));
    etcd.runFor(TTL);

    assertThat(etcd.await(other.countsAsync()))
        .as("after two attempts")
        .isEqualTo(new WorkCounts(0, 0, 1));
  }
}
