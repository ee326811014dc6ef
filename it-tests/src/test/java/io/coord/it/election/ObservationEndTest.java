package io.coord.it.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.Codec;
import io.coord.core.Coord;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.Changes;
import io.coord.core.internal.store.ForwardingStore;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.Watch;
import io.coord.core.internal.store.WatchListener;
import io.coord.election.ElectionView;
import io.coord.election.Observation;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** However an observation ends, its watch ends with it. */
class ObservationEndTest {

  private static final class Unreadable implements Codec<String> {
    @Override
    public Bytes encode(String value) {
      return Bytes.utf8(value);
    }

    @Override
    public String decode(Bytes bytes) {
      throw new IllegalArgumentException("no value");
    }
  }

  private static final Duration A_MOMENT = Duration.ofMillis(200);

  private final SimulatedEtcd etcd = SimulatedEtcd.of(1);
  private final Set<Watch> open = new HashSet<>();
  private final AtomicBoolean full = new AtomicBoolean();
  private final Queue<Runnable> callbacks = new ArrayDeque<>();
  private final Store watching =
      new ForwardingStore(etcd.client("a")) {
        @Override
        public Watch watch(
            KeyRange range, long startRevision, Changes changes, WatchListener listener) {
          Watch watch = super.watch(range, startRevision, changes, listener);
          open.add(watch);
          return () -> {
            open.remove(watch);
            watch.close();
          };
        }
      };
  private final Coord a =
      CoordRuntime.over(etcd.coord("other").config(), watching, this::callBackLater);
  private final Store stranger = etcd.client("stranger");
  private final ElectionView<String> election = ElectionView.of(a, "scheduler");

  private void callBackLater(Runnable callback) {
    if (full.get()) {
      throw new RejectedExecutionException("full");
    }
    callbacks.add(callback);
  }

  private void elect(String value) {
    TxnRequest request =
        TxnRequest.when().then(Op.put(Bytes.utf8("scheduler/z"), Bytes.utf8(value)));
    etcd.await(stranger.txn(request));
    callBack();
  }

  private void callBack() {
    etcd.runFor(A_MOMENT);
    while (!callbacks.isEmpty()) {
      callbacks.remove().run();
    }
    etcd.runFor(A_MOMENT);
  }

  @AfterEach
  void nothingIsWatchedAnyMore() {
    assertThat(open).isEmpty();
  }

  @Test
  void close_whileObserving_endsTheWatch() {
    Observation observation = election.observe(event -> {});
    callBack();
    assertThat(open).isNotEmpty();
    observation.close();
    callBack();

    assertThat(observation.ended().toCompletableFuture()).isCompleted();
  }

  @Test
  void ended_valueCannotBeDecoded_endsTheWatch() {
    Observation observation =
        ElectionView.of(a, "scheduler", new Unreadable()).observe(event -> {});
    callBack();
    elect("one");

    assertThat(observation.ended().toCompletableFuture()).isCompletedExceptionally();
  }

  @Test
  void ended_callbackExecutorRefuses_endsTheWatchWithTheNextChange() {
    Observation observation = election.observe(event -> {});
    callBack();
    full.set(true);
    elect("one");
    elect("two");

    assertThatThrownBy(() -> observation.ended().toCompletableFuture().join())
        .hasCauseInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void close_callbackExecutorRefuses_endsWithoutAFailure() {
    Observation observation = election.observe(event -> {});
    callBack();
    full.set(true);
    observation.close();
    etcd.runFor(A_MOMENT);

    assertThat(observation.ended().toCompletableFuture()).isCompleted();
  }
}
