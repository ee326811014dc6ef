package io.coord.it.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.Codec;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.core.UnavailableException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.ForwardingStore;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import io.coord.queues.Claim;
import io.coord.queues.EnqueueOptions;
import io.coord.queues.UndecodableItemException;
import io.coord.queues.WorkCounts;
import io.coord.queues.WorkQueue;
import io.coord.queues.WorkQueueOptions;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Claims that nobody but the library ends, while etcd is out of reach. */
class WorkEndTest {

  private static final Duration TTL = Duration.ofSeconds(60);
  private static final Duration A_MOMENT = Duration.ofMillis(500);
  private static final Duration LONG = Duration.ofMinutes(5);

  private static final Codec<String> PICKY =
      new Codec<>() {
        @Override
        public Bytes encode(String value) {
          return Bytes.utf8(value);
        }

        @Override
        public String decode(Bytes bytes) {
          throw bytes.utf8().equals("1")
              ? new IllegalArgumentException("too small")
              : new Wordless();
        }
      };

  /** Has no text. */
  private static final class Wordless extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new UnsupportedOperationException("no text");
    }
  }

  /** Fails what ends a claim, while it is told to. */
  private static final class NoEnds extends ForwardingStore {
    private boolean outage;
    private int tries;

    NoEnds(Store store) {
      super(store);
    }

    @Override
    public CompletableFuture<TxnResult> txn(TxnRequest request) {
      if (outage && request.success().stream().anyMatch(NoEnds::endsAClaim)) {
        tries++;
        return CompletableFuture.failedFuture(new UnavailableException("no member", null));
      }
      return super.txn(request);
    }

    private static boolean endsAClaim(Op op) {
      return op instanceof Op.Delete delete && delete.range().start().utf8().contains("claim/held");
    }
  }

  private final SimulatedEtcd etcd = SimulatedEtcd.of(5);
  private final NoEnds store = new NoEnds(etcd.client("a"));
  private final Coord coord =
      CoordRuntime.over(
          Coord.builder().endpoints("http://etcd:2379").name("a").build(), store, Runnable::run);
  private final Session session = etcd.await(coord.openSessionAsync(TTL));
  private final WorkQueue<String> queue =
      WorkQueue.of(session, "work", PICKY, WorkQueueOptions.defaults());

  private void claimAsAnOutageBegins() {
    store.outage = true;
    etcd.await(queue.enqueueAsync("1", EnqueueOptions.defaults()));
    CompletableFuture<Claim<String>> claim = queue.claimAsync();
    assertThatThrownBy(() -> etcd.await(claim))
        .isInstanceOf(UndecodableItemException.class)
        .hasMessageContaining("too small");
    etcd.runFor(A_MOMENT);
  }

  @Test
  void claim_codecThrowsWhatHasNoText_itemGoesBack() {
    etcd.await(queue.enqueueAsync("2", EnqueueOptions.defaults()));

    assertThatThrownBy(() -> etcd.await(queue.claimAsync()))
        .isInstanceOf(UndecodableItemException.class)
        .hasMessageContaining("Wordless, whose text could not be had");
    etcd.runFor(A_MOMENT);
    assertThat(etcd.await(queue.countsAsync())).isEqualTo(new WorkCounts(1, 0, 0));
  }

  @Test
  void claim_itemThatTheCodecDoesNotUnderstandAsAnOutageBegins_goesBackAfterwards() {
    claimAsAnOutageBegins();
    store.outage = false;
    etcd.runFor(LONG);

    assertThat(session.isActive()).isTrue();
    assertThat(etcd.await(queue.countsAsync())).isEqualTo(new WorkCounts(1, 0, 0));
  }

  @Test
  void claim_sessionEndsBeforeItsItemCouldGoBack_isNotTriedAnyMore() {
    claimAsAnOutageBegins();
    etcd.await(session.closeAsync());
    int before = store.tries;
    assertThat(before).isPositive();
    etcd.runFor(LONG);

    assertThat(store.tries).isEqualTo(before);
  }
}
