package io.coord.it.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Coord;
import io.coord.core.UnavailableException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.ForwardingStore;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import io.coord.queues.Queue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What those who use a queue are told while etcd is gone, or slow. */
class QueueOutageTest extends QueueScenario {

  private static final Duration UNTIL_GHOSTS_CAME = Duration.ofMinutes(1);

  @BeforeEach
  void begin() {
    warmUp();
  }

  @Test
  void enqueue_noEtcdForLongerThanItsTimeout_failsAndIsNotIn() {
    etcd.faults().stopServer(Duration.ofMinutes(2));
    CompletableFuture<Long> put = queue.enqueueAsync("1");

    assertThatThrownBy(() -> etcd.await(put)).isInstanceOf(UnavailableException.class);
    etcd.runFor(UNTIL_GHOSTS_CAME);
    assertThat(keys("jobs/")).isEmpty();
  }

  @Test
  void enqueue_manyWhileNoEtcd_allFailWithoutWaitingForEachOther() {
    etcd.faults().stopServer(Duration.ofMinutes(2));
    Duration before = etcd.now();
    List<CompletableFuture<Long>> puts = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      puts.add(queue.enqueueAsync("v" + i));
    }
    for (CompletableFuture<Long> put : puts) {
      assertThatThrownBy(() -> etcd.await(put)).isInstanceOf(UnavailableException.class);
    }

    assertThat(etcd.now().minus(before)).isLessThan(Duration.ofSeconds(150));
    etcd.runFor(UNTIL_GHOSTS_CAME);
    assertThat(keys("jobs/")).isEmpty();
  }

  @Test
  void enqueue_manyMoreThanCanBeSentWithinTheTimeout_allComeIn() {
    Store slow =
        new ForwardingStore(etcd.client("slow")) {
          @Override
          public CompletableFuture<TxnResult> txn(TxnRequest request) {
            CompletableFuture<TxnResult> answer = new CompletableFuture<>();
            Runnable send =
                () ->
                    Futures.onDone(
                        super.txn(request), answer::complete, answer::completeExceptionally);
            scheduler().schedule(Duration.ofSeconds(2), send);
            return answer;
          }
        };
    Coord coord = CoordRuntime.over(CoordRuntime.of(a).config(), slow, Runnable::run);
    Queue<String> slowly = Queue.of(coord, "jobs");
    List<CompletableFuture<Long>> puts = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      puts.add(slowly.enqueueAsync("v" + i));
    }
    etcd.runFor(coord.config().requestTimeout().plus(A_MOMENT));
    assertThat(puts.get(999)).isNotDone();
    puts.forEach(etcd::await);

    assertThat(keys("jobs/")).hasSize(1_000);
  }

  @Test
  void poll_noEtcd_failsWithinItsTimeout() {
    etcd.faults().stopServer();

    assertThatThrownBy(() -> etcd.await(queue.pollAsync()))
        .isInstanceOf(UnavailableException.class);
    assertThatThrownBy(() -> etcd.await(queue.peekAsync()))
        .isInstanceOf(UnavailableException.class);
  }

  @Test
  void poll_untilATimeNoEtcd_givesNothingWhenItIsOver() {
    etcd.await(queue.enqueueAsync("1"));
    etcd.runFor(A_MOMENT);
    etcd.faults().stopServer();
    Duration before = etcd.now();

    assertThat(etcd.await(other.pollAsync(Duration.ofSeconds(4)))).isEmpty();
    assertThat(etcd.now().minus(before)).isLessThan(Duration.ofSeconds(6));
    etcd.faults().startServer();
    etcd.runFor(UNTIL_GHOSTS_CAME);
    assertThat(etcd.await(other.pollAsync())).contains("1");
  }
}
