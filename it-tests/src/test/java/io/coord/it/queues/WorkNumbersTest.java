package io.coord.it.queues;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Bytes;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.queues.Claim;
import io.coord.queues.EnqueueOptions;
import io.coord.queues.WorkCounts;
import io.coord.queues.WorkQueue;
import io.coord.queues.WorkQueueOptions.WhenFull;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What has an id or a bound, behind an item that was put by hand at the next number. */
class WorkNumbersTest extends WorkScenario {

  private static final Duration AT_ONCE = Duration.ofMillis(100);

  private final Store hand = etcd.client("hand");
  private final WorkQueue<String> bounded =
      queue(sessionA, TWICE.withMaxLength(10, WhenFull.REFUSE));

  private void putByHand(int number) {
    Bytes key = Bytes.utf8(String.format("__coord/work/work\0item/00000/%016d", number));
    etcd.await(hand.txn(TxnRequest.of(Op.put(key, Bytes.utf8("by hand")))));
  }

  private void comesInAtOnce(WorkQueue<String> to, EnqueueOptions options) {
    Duration before = etcd.now();
    etcd.await(to.enqueueAsync("ours", options));
    assertThat(etcd.now().minus(before)).isLessThan(AT_ONCE);
  }

  private void isLast(int items) {
    assertThat(counts()).isEqualTo(new WorkCounts(items, 0, 0));
    for (int i = 1; i < items; i++) {
      claim(queue);
    }
    Claim<String> last = claim(queue);
    assertThat(last.value()).isEqualTo("ours");
  }

  @Test
  void enqueue_withAnIdBehindAnItemPutByHand_goesBehindIt() {
    putByHand(0);
    comesInAtOnce(queue, EnqueueOptions.defaults().withId("x"));

    isLast(2);
  }

  @Test
  void enqueue_withABoundBehindAnItemPutByHand_goesBehindIt() {
    etcd.await(bounded.enqueueAsync("first", EnqueueOptions.defaults()));
    putByHand(1);
    comesInAtOnce(bounded, EnqueueOptions.defaults());

    isLast(3);
  }

  @Test
  void enqueue_withABoundBehindAnItemPutByHandAndOthersEnqueues_goesBehindAll() {
    etcd.await(bounded.enqueueAsync("first", EnqueueOptions.defaults()));
    etcd.await(other.enqueueAsync("second", EnqueueOptions.defaults()));
    putByHand(2);
    putByHand(4);
    comesInAtOnce(bounded, EnqueueOptions.defaults().withId("x"));

    isLast(5);
  }
}
