package io.coord.it.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.OutcomeUnknownException;
import io.coord.core.UnavailableException;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.queues.Queue;
import io.coord.testkit.sim.RequestKind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers that are lost, ghosts, compaction, outages: what a queue makes of them. */
class QueueFaultsTest extends QueueScenario {

  private static final Duration OUTAGE = Duration.ofMinutes(4);
  private static final Duration TWO_TIMEOUTS = Duration.ofSeconds(21);
  private static final Duration UNTIL_GHOSTS_CAME = Duration.ofMinutes(1);

  private List<KeyValue> items() {
    return keys("jobs/");
  }

  @BeforeEach
  void begin() {
    warmUp();
  }

  @Test
  void enqueue_replyLost_enqueuesOnce() {
    etcd.faults().loseReply("a", RequestKind.TXN);
    long revision = etcd.await(queue.enqueueAsync("1"));

    assertThat(items()).extracting(KeyValue::modRevision).containsExactly(revision);
  }

  @Test
  void enqueue_replyLostAndTheItemTakenSince_enqueuesOnce() {
    CompletableFuture<String> waiting = other.dequeueAsync();
    etcd.runFor(A_MOMENT);
    etcd.faults().loseReply("a", RequestKind.TXN);
    CompletableFuture<Long> put = queue.enqueueAsync("1");

    assertThat(etcd.await(waiting)).isEqualTo("1");
    etcd.faults().compact();
    etcd.await(put);
    etcd.runFor(UNTIL_GHOSTS_CAME);
    assertThat(items()).isEmpty();
  }

  @Test
  void enqueue_requestLost_enqueuesOnce() {
    etcd.faults().loseRequest("a", RequestKind.TXN);
    etcd.await(queue.enqueueAsync("1"));

    assertThat(items()).hasSize(1);
  }

  @Test
  void enqueue_arrivesLongAfterItWasGivenUp_enqueuesOnce() {
    etcd.faults().delayRequest("a", RequestKind.TXN, Duration.ofSeconds(20));
    etcd.await(queue.enqueueAsync("1"));
    assertThat(etcd.await(other.dequeueAsync())).isEqualTo("1");
    etcd.runFor(UNTIL_GHOSTS_CAME);

    assertThat(items()).isEmpty();
  }

  @Test
  void dequeue_replyLost_givesTheItem() {
    etcd.await(queue.enqueueAllAsync(List.of("0", "1", "2")));
    etcd.await(other.dequeueAsync());
    etcd.runFor(A_MOMENT);
    CompletableFuture<String> lost = loseReply("b", other::dequeueAsync);
    assertThat(items()).hasSize(1);

    assertThat(etcd.await(lost)).isEqualTo("1");
    assertThat(etcd.await(other.dequeueAsync())).isEqualTo("2");
    assertThat(items()).isEmpty();
  }

  @Test
  void dequeue_replyLostAndThePastCompacted_givesTheItem() {
    CompletableFuture<String> waiting = other.dequeueAsync();
    etcd.runFor(A_MOMENT);
    etcd.faults().loseReply("b", RequestKind.TXN);
    etcd.await(queue.enqueueAsync("1"));
    etcd.await(() -> items().isEmpty());
    assertThat(waiting).isNotDone();
    etcd.faults().breakWatches("b");
    etcd.faults().compact();

    assertThat(etcd.await(waiting)).isEqualTo("1");
  }

  @Test
  void dequeue_ofManyReplyLost_givesEachItsItem() {
    List<String> values = List.of("1", "2", "3", "4", "5");
    List<CompletableFuture<String>> waiting =
        values.stream().map(value -> other.dequeueAsync()).toList();
    etcd.runFor(A_MOMENT);
    etcd.faults().loseReply("b", RequestKind.TXN);
    etcd.await(queue.enqueueAllAsync(values));
    etcd.await(() -> items().isEmpty());

    assertThat(waiting).noneMatch(CompletableFuture::isDone);
    assertThat(waiting.stream().map(etcd::await).toList()).isEqualTo(values);
    assertThat(items()).isEmpty();
  }

  @Test
  void dequeue_ofManyWhileOthersTakeAndAllRepliesAreLost_givesEachItemOnce() {
    List<CompletableFuture<String>> ours =
        List.of(other.dequeueAsync(), other.dequeueAsync(), other.dequeueAsync());
    List<CompletableFuture<String>> theirs = List.of(queue.dequeueAsync(), queue.dequeueAsync());
    etcd.runFor(A_MOMENT);
    Queue<String> third = Queue.of(etcd.coord("c"), "jobs");
    for (int i = 0; i < 3; i++) {
      etcd.faults().loseReply("a", RequestKind.TXN);
      etcd.faults().loseReply("b", RequestKind.TXN);
    }
    etcd.await(third.enqueueAllAsync(List.of("1", "2", "3", "4", "5")));

    assertThat(Stream.concat(ours.stream(), theirs.stream()).map(etcd::await).toList())
        .containsExactlyInAnyOrder("1", "2", "3", "4", "5");
  }

  @Test
  void dequeue_arrivesLongAfterItWasGivenUp_takesNothingThen() {
    etcd.await(queue.enqueueAsync("1"));
    etcd.runFor(A_MOMENT);
    etcd.faults().delayRequest("b", RequestKind.TXN, Duration.ofSeconds(20));
    assertThat(etcd.await(other.dequeueAsync())).isEqualTo("1");
    etcd.await(queue.enqueueAsync("2"));
    etcd.runFor(UNTIL_GHOSTS_CAME);

    assertThat(items()).hasSize(1);
  }

  @Test
  void enqueue_replyLostBeforeAnOutageOfMinutes_isFoundAfterIt() {
    etcd.faults().loseReply("a", RequestKind.TXN);
    long before = etcd.revision();
    CompletableFuture<Long> put = queue.enqueueAsync("1");
    etcd.await(() -> etcd.revision() > before);
    etcd.faults().partition("a", Duration.ofMinutes(3));

    assertThat(etcd.await(put)).isEqualTo(before + 1);
  }

  @Test
  void enqueue_replyLostBeforeAnOutageLongerThanItsMarker_saysThatTheOutcomeIsUnknown() {
    etcd.faults().loseReply("a", RequestKind.TXN);
    long before = etcd.revision();
    CompletableFuture<Long> put = queue.enqueueAsync("1");
    etcd.await(() -> etcd.revision() > before);
    etcd.faults().partition("a", Duration.ofMinutes(20));

    assertThatThrownBy(() -> etcd.await(put)).isInstanceOf(OutcomeUnknownException.class);
    etcd.faults().heal("a");
    etcd.await(queue.enqueueAsync("2"));
    assertThat(items()).hasSize(2);
  }

  @Test
  void enqueue_behindOneWhoseReplyWasLostBeforeAnOutage_failsWithinTwoTimeoutsAndIsNotIn() {
    CompletableFuture<Long> lost = loseReply("a", () -> queue.enqueueAsync("1"));
    etcd.faults().partition("a", OUTAGE);
    CompletableFuture<Long> second = queue.enqueueAsync("2");
    etcd.runFor(Duration.ofSeconds(5));
    CompletableFuture<Long> third = queue.enqueueAsync("3");

    failsWithinTwoTimeouts(second);
    failsWithinTwoTimeouts(third);
    assertThat(lost).isNotDone();
    etcd.await(lost);
    assertThat(items()).hasSize(1);
  }

  @Test
  void poll_besideATakeWhoseReplyWasLostBeforeAnOutage_failsWithinTwoTimeouts() {
    etcd.await(queue.enqueueAllAsync(List.of("0", "1", "2", "3")));
    etcd.await(other.dequeueAsync());
    etcd.runFor(A_MOMENT);
    CompletableFuture<String> lost = loseReply("b", other::dequeueAsync);
    assertThat(items()).hasSize(2);
    etcd.faults().partition("b", OUTAGE);
    CompletableFuture<Optional<String>> second = other.pollAsync();
    CompletableFuture<String> waiting = other.dequeueAsync();
    etcd.runFor(Duration.ofSeconds(5));
    CompletableFuture<Optional<String>> third = other.pollAsync();

    failsWithinTwoTimeouts(second);
    failsWithinTwoTimeouts(third);
    assertThat(waiting).isNotDone();
    assertThat(etcd.await(lost)).isEqualTo("1");
    assertThat(etcd.await(waiting)).isEqualTo("2");
    assertThat(etcd.await(other.pollAsync())).contains("3");
  }

  @Test
  void dequeue_besideATakeWhoseOutcomeStaysUnknown_goesOnWaiting() {
    etcd.await(queue.enqueueAllAsync(List.of("0", "1", "2")));
    etcd.await(other.dequeueAsync());
    etcd.runFor(A_MOMENT);
    CompletableFuture<String> lost = loseReply("b", other::dequeueAsync);
    assertThat(items()).hasSize(1);
    CompletableFuture<String> waiting = other.dequeueAsync();
    etcd.faults().partition("b", Duration.ofMinutes(20));

    assertThatThrownBy(() -> etcd.await(lost)).isInstanceOf(OutcomeUnknownException.class);
    etcd.faults().heal("b");
    assertThat(etcd.await(waiting)).isEqualTo("2");
  }

  /** What was applied, and whose answer does not come. */
  private <T> CompletableFuture<T> loseReply(String client, Supplier<CompletableFuture<T>> call) {
    etcd.faults().loseReply(client, RequestKind.TXN);
    long before = etcd.revision();
    CompletableFuture<T> lost = call.get();
    etcd.await(() -> etcd.revision() > before);
    return lost;
  }

  private void failsWithinTwoTimeouts(CompletableFuture<?> call) {
    etcd.run(call::isDone, TWO_TIMEOUTS);
    assertThatThrownBy(() -> call.getNow(null)).hasCauseInstanceOf(UnavailableException.class);
  }

  @Test
  void enqueue_markersLeaseRevokedByHand_goesOn() {
    for (long lease : etcd.leases()) {
      etcd.faults().revokeLease(lease);
    }
    etcd.await(queue.enqueueAsync("1"));

    assertThat(etcd.await(other.dequeueAsync())).isEqualTo("1");
  }

  @Test
  void dequeue_cancelledAndPutBackBeforeAnOutageLongerThanItsMarker_isNotPutBackTwice() {
    etcd.await(queue.enqueueAsync("1"));
    etcd.runFor(A_MOMENT);
    CompletableFuture<String> cancelled = other.dequeueAsync();
    etcd.await(() -> items().isEmpty());
    cancelled.cancel(true);
    etcd.faults().loseReply("b", RequestKind.TXN);
    etcd.await(() -> !items().isEmpty());
    etcd.faults().partition("b", Duration.ofMinutes(20));
    etcd.runFor(Duration.ofMinutes(30));

    assertThat(items()).hasSize(1);
  }

  @Test
  void dequeue_allMembersDownAndBack_goesOnWaiting() {
    CompletableFuture<String> waiting = other.dequeueAsync();
    etcd.runFor(A_MOMENT);
    etcd.faults().stopServer(Duration.ofMinutes(2));
    etcd.runFor(Duration.ofMinutes(3));
    assertThat(waiting).isNotDone();

    etcd.await(queue.enqueueAsync("1"));
    assertThat(etcd.await(waiting)).isEqualTo("1");
  }

  @Test
  void dequeue_watchCompacted_goesOnWaiting() {
    CompletableFuture<String> waiting = other.dequeueAsync();
    etcd.runFor(A_MOMENT);
    etcd.faults().partition("b", Duration.ofSeconds(10));
    for (int i = 0; i < 5; i++) {
      etcd.await(queue.enqueueAsync("v" + i));
      etcd.await(queue.dequeueAsync());
    }
    etcd.await(queue.enqueueAsync("1"));
    etcd.faults().compact();

    assertThat(etcd.await(waiting)).isEqualTo("1");
    CompletableFuture<String> next = other.dequeueAsync();
    etcd.runFor(A_MOMENT);
    etcd.await(queue.enqueueAsync("2"));
    assertThat(etcd.await(next)).isEqualTo("2");
  }

  @Test
  void dequeue_itemDeletedByHandMeanwhile_takesTheNext() {
    etcd.await(queue.enqueueAllAsync(List.of("1", "2", "3", "4", "5", "6")));
    etcd.runFor(A_MOMENT);
    etcd.faults().partition("b");
    for (KeyValue item : items().subList(0, 5)) {
      etcd.faults().deleteKey(item.key());
    }
    CompletableFuture<Optional<String>> poll = other.pollAsync();
    etcd.faults().heal("b");

    assertThat(etcd.await(poll)).contains("6");
  }

  @Test
  void markers_ofAClientThatDied_goWithItsLease() {
    etcd.faults().kill("a");
    etcd.runFor(Duration.ofMinutes(10));

    assertThat(etcd.leases()).hasSize(1);
    assertThat(etcd.keys(KeyRange.prefix(Bytes.utf8("__coord/queues/")))).isNotEmpty();
    etcd.close(b);
    assertThat(etcd.keys(KeyRange.prefix(Bytes.EMPTY))).isEmpty();
  }
}
