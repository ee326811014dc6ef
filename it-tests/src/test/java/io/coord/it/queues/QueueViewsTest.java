package io.coord.it.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coord.core.Codec;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.ForwardingStore;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.Store;
import io.coord.queues.Claim;
import io.coord.queues.EnqueueOptions;
import io.coord.queues.OldestItem;
import io.coord.queues.PriorityQueue;
import io.coord.queues.Queue;
import io.coord.queues.QueueStatus;
import io.coord.queues.WorkCounts;
import io.coord.queues.WorkQueue;
import io.coord.queues.WorkQueueOptions;
import io.coord.queues.WorkQueueView;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What people and monitoring see of queues, on the simulated store. */
class QueueViewsTest extends QueueScenario {

  private static final Duration TTL = Duration.ofSeconds(10);

  private final WorkQueueView<String> view = WorkQueueView.of(b, "work");

  private WorkQueue<String> work(int attempts) {
    Session session = etcd.await(a.openSessionAsync(TTL));
    return WorkQueue.of(
        session, "work", Codec.utf8(), WorkQueueOptions.defaults().withMaxAttempts(attempts));
  }

  private void enqueue(WorkQueue<String> to, String value, int priority) {
    etcd.await(to.enqueueAsync(value, EnqueueOptions.defaults().withPriority(priority)));
  }

  private Instant timeOfDay() {
    return CoordRuntime.of(a).store().scheduler().timeOfDay();
  }

  @Test
  void status_items_countsThemAndKnowsSinceWhenTheFirstIsThere() {
    long first = etcd.await(queue.enqueueAsync("1"));
    OldestItem before = etcd.await(other.statusAsync()).oldest().orElseThrow();
    etcd.runFor(TTL);
    etcd.await(queue.enqueueAsync("2"));
    QueueStatus status = etcd.await(other.statusAsync());

    assertThat(status.size()).isEqualTo(2);
    OldestItem oldest = status.oldest().orElseThrow();
    assertThat(oldest.revision()).isEqualTo(first);
    assertThat(oldest.key()).isEqualTo(keys("jobs/").get(0).key().utf8());
    assertThat(oldest).isEqualTo(before);
    etcd.await(queue.pollAsync());
    assertThat(etcd.await(other.statusAsync()).oldest().flatMap(OldestItem::since).orElseThrow())
        .isBetween(
            oldest.since().orElseThrow().plus(TTL),
            oldest.since().orElseThrow().plus(TTL.multipliedBy(2)));
  }

  @Test
  void status_longQueueAmongOthers_countsItWithoutReadingAllOfIt() {
    putByHand("jobs/0000", "before all others");
    for (int i = 0; i < 500; i++) {
      etcd.await(queue.enqueueAllAsync(Collections.nCopies(100, "v")));
    }
    putByHand("jobs/0/of-another", "x");
    putByHand("jobs/z", "after all others");
    AtomicInteger ranges = new AtomicInteger();
    Store counted =
        new ForwardingStore(etcd.client("monitor")) {
          @Override
          public CompletableFuture<RangeResult> range(RangeRequest request) {
            ranges.incrementAndGet();
            return super.range(request);
          }
        };
    Coord monitor = CoordRuntime.over(CoordRuntime.of(a).config(), counted, Runnable::run);

    QueueStatus status = etcd.await(Queue.of(monitor, "jobs").statusAsync());

    assertThat(status.size()).isEqualTo(50_002);
    assertThat(status.oldest().map(OldestItem::key)).contains("jobs/0000");
    assertThat(ranges).hasValueLessThan(6);
  }

  @Test
  void status_empty_hasNoOldest() {
    assertThat(etcd.await(queue.statusAsync())).isEqualTo(new QueueStatus(0, Optional.empty()));
  }

  @Test
  void status_itemOfGosRecipe_tellsTheTimeOfItsKey() {
    putByHand("jobs/1760000000123456789", "go's");
    etcd.await(queue.enqueueAsync("ours"));

    assertThat(etcd.await(queue.statusAsync()).oldest().flatMap(OldestItem::since))
        .contains(Instant.parse("2025-10-09T08:53:20.123456789Z"));
  }

  @Test
  void status_itemPutByHand_hasNoTime() {
    putByHand("jobs/by-hand", "x");

    assertThat(etcd.await(queue.statusAsync()).oldest().orElseThrow().since()).isEmpty();
  }

  @Test
  void status_ofPriorities_oldestIsTheFirstToComeAndNotToLeave() {
    PriorityQueue<String> urgent = PriorityQueue.of(a, "urgent");
    long first = etcd.await(urgent.enqueueAsync("low", 9));
    etcd.await(urgent.enqueueAsync("high", 1));
    QueueStatus status = etcd.await(urgent.statusAsync());

    assertThat(status.size()).isEqualTo(2);
    assertThat(status.oldest())
        .contains(new OldestItem("urgent/00009/0000000000000000", first, Optional.empty()));
  }

  @Test
  void work_claimedByADeadSession_isSeenWithItsClaimantUntilItReturns() {
    WorkQueue<String> queue = work(5);
    enqueue(queue, "job", 7);
    Claim<String> claim = etcd.await(queue.claimAsync());

    assertThat(etcd.await(view.countsAsync())).isEqualTo(new WorkCounts(0, 1, 0));
    assertThat(etcd.await(view.claimsAsync()))
        .singleElement()
        .satisfies(
            open -> {
              assertThat(open.key()).isEqualTo(claim.key());
              assertThat(open.value()).isEqualTo("job");
              assertThat(open.priority()).isEqualTo(7);
              assertThat(open.attempt()).isEqualTo(1);
              assertThat(open.claimant()).startsWith("a/");
              assertThat(open.since().orElseThrow())
                  .isCloseTo(timeOfDay(), within(1, ChronoUnit.MINUTES));
            });
    etcd.faults().kill("a");
    etcd.runFor(TTL.multipliedBy(2));
    assertThat(etcd.await(view.claimsAsync()))
        .singleElement()
        .satisfies(open -> assertThat(open.since()).isEmpty());
  }

  @Test
  void work_delayed_isNoClaim() {
    WorkQueue<String> queue = work(5);
    etcd.await(queue.enqueueAsync("later", EnqueueOptions.defaults().withDelay(TTL)));

    assertThat(etcd.await(view.countsAsync()).held()).isEqualTo(1);
    assertThat(etcd.await(view.claimsAsync())).isEmpty();
    assertThat(etcd.await(view.oldestAsync())).isEmpty();
  }

  @Test
  void work_oldest_isTheFirstToComeOfAllPrioritiesAlsoAfterItsReturn() {
    WorkQueue<String> queue = work(5);
    enqueue(queue, "first", 900);
    Instant since = etcd.await(view.oldestAsync()).flatMap(OldestItem::since).orElseThrow();
    etcd.runFor(TTL);
    enqueue(queue, "second", 5);
    enqueue(queue, "third", 0);
    Claim<String> third = etcd.await(queue.claimAsync());
    Claim<String> second = etcd.await(queue.claimAsync());
    Claim<String> first = etcd.await(queue.claimAsync());
    for (Claim<String> claim : List.of(first, second, third)) {
      etcd.await(claim.nackAsync("again"));
    }
    OldestItem oldest = etcd.await(view.oldestAsync()).orElseThrow();

    assertThat(oldest.since()).contains(since);
    assertThat(oldest.key()).endsWith("item/00900/0000000000000000");
  }

  @Test
  void work_dead_isSeenWithItsReason() {
    WorkQueue<String> queue = work(1);
    enqueue(queue, "job", 0);
    etcd.await(etcd.await(queue.claimAsync()).nackAsync("no paper"));

    assertThat(etcd.await(view.deadLettersAsync()))
        .singleElement()
        .satisfies(
            dead -> {
              assertThat(dead.value()).isEqualTo("job");
              assertThat(dead.reason()).isEqualTo("no paper");
            });
    assertThat(etcd.await(view.claimsAsync())).isEmpty();
  }
}
