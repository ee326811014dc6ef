package io.coord.it.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.CoordException;
import io.coord.core.RefusedException;
import io.coord.core.Session;
import io.coord.core.UnavailableException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.Changes;
import io.coord.core.internal.store.ForwardingStore;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import io.coord.core.internal.store.Watch;
import io.coord.core.internal.store.WatchListener;
import io.coord.locks.LockHold;
import io.coord.locks.Mutex;
import io.coord.locks.RWMutex;
import io.coord.locks.WriteHold;
import io.coord.testkit.sim.RequestKind;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What becomes of keys while etcd refuses for a moment, or cannot be reached. */
class LineRefusalTest {

  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration LONG = Duration.ofMinutes(1);

  /** Refuses, or cannot be reached, while it is told to. */
  private static final class Moody extends ForwardingStore {
    private Optional<CoordException> mood = Optional.empty();
    private Optional<CoordException> moodForWatches = Optional.empty();

    Moody(Store store) {
      super(store);
    }

    @Override
    public CompletableFuture<RangeResult> range(RangeRequest request) {
      return mood.map(CompletableFuture::<RangeResult>failedFuture)
          .orElseGet(() -> super.range(request));
    }

    @Override
    public CompletableFuture<TxnResult> txn(TxnRequest request) {
      return mood.map(CompletableFuture::<TxnResult>failedFuture)
          .orElseGet(() -> super.txn(request));
    }

    @Override
    public Watch watch(
        KeyRange range, long startRevision, Changes changes, WatchListener listener) {
      if (moodForWatches.isEmpty()) {
        return super.watch(range, startRevision, changes, listener);
      }
      CoordException cause = moodForWatches.get();
      scheduler().execute(() -> listener.onFailed(cause));
      return () -> {};
    }
  }

  private final CoordException refused = new RefusedException("no permission", null);
  private final SimulatedEtcd etcd = SimulatedEtcd.of(3);
  private final Moody store = new Moody(etcd.client("a"));
  private final Coord a =
      CoordRuntime.over(
          Coord.builder().endpoints("http://simulated:2379").name("a").build(),
          store,
          Runnable::run);
  private final Session session = etcd.await(a.openSessionAsync(TTL));

  private List<String> keys() {
    return etcd.keys(KeyRange.prefix(Bytes.utf8("n/"))).stream()
        .map(kv -> kv.key().utf8())
        .toList();
  }

  private WriteHold writing() {
    return etcd.await(RWMutex.of(session, "n").writeLock().lockAsync());
  }

  private void assertRefusedAndThenNoKeyIsLeft(CompletableFuture<?> call) {
    assertThatThrownBy(() -> etcd.await(call)).isSameAs(refused);
    store.mood = Optional.empty();
    etcd.runFor(LONG);

    assertThat(keys()).isEmpty();
    assertThat(session.isActive()).isTrue();
  }

  @Test
  void lock_lineMayNotBeRead_isToldAndLeavesNoKey() {
    LockHold other = lockOfAnother();
    CompletableFuture<LockHold> lock = Mutex.of(session, "n").lockAsync();
    etcd.await(() -> keys().size() == 2);
    store.mood = Optional.of(refused);
    assertThatThrownBy(() -> etcd.await(lock)).isSameAs(refused);
    etcd.await(other.releaseAsync());

    assertRefusedAndThenNoKeyIsLeft(lock);
  }

  @Test
  void lock_lineCouldNotBeWatchedForAMoment_isWatchedForTheNextOne() {
    LockHold other = lockOfAnother();
    store.moodForWatches = Optional.of(refused);
    CompletableFuture<LockHold> lock = Mutex.of(session, "n").lockAsync();
    assertThatThrownBy(() -> etcd.await(lock)).isSameAs(refused);
    store.moodForWatches = Optional.empty();
    CompletableFuture<LockHold> again = Mutex.of(session, "n").lockAsync();
    etcd.runFor(TTL.dividedBy(5));
    assertThat(again).isNotDone();
    etcd.await(other.releaseAsync());

    assertThat(etcd.await(again).isHeld()).isTrue();
  }

  private LockHold lockOfAnother() {
    Session another = etcd.await(etcd.coord("b").openSessionAsync(TTL));
    return etcd.await(Mutex.of(another, "n").lockAsync());
  }

  @Test
  void release_refusedForAMoment_isDoneAfterwards() {
    LockHold hold = etcd.await(Mutex.of(session, "n").lockAsync());
    store.mood = Optional.of(refused);
    etcd.await(hold.releaseAsync());
    store.mood = Optional.empty();
    etcd.runFor(LONG);

    assertThat(keys()).isEmpty();
    assertThat(session.isActive()).isTrue();
  }

  @Test
  void lock_replyLostAndThenRefused_isToldAndLeavesNoKey() {
    etcd.faults().loseReply("a", RequestKind.TXN);
    CompletableFuture<LockHold> lock = Mutex.of(session, "n").lockAsync();
    store.mood = Optional.of(refused);

    assertRefusedAndThenNoKeyIsLeft(lock);
  }

  @Test
  void downgrade_deletionRefusedForAMoment_leavesNeitherKey() {
    WriteHold write = writing();
    store.mood = Optional.of(refused);

    assertRefusedAndThenNoKeyIsLeft(write.downgradeAsync());
  }

  @Test
  void downgrade_readingRefusedForAMoment_leavesNeitherKey() {
    WriteHold write = writing();
    CompletableFuture<LockHold> read = write.downgradeAsync();
    store.mood = Optional.of(refused);

    assertRefusedAndThenNoKeyIsLeft(read);
  }

  @Test
  void downgrade_connectionClosedBeforeItIsTriedAgain_ends() {
    WriteHold write = writing();
    store.mood = Optional.of(new UnavailableException("nobody answers", null));
    CompletableFuture<LockHold> read = write.downgradeAsync();
    store.mood = Optional.empty();
    etcd.close(a);

    assertThat(read).isCompletedExceptionally();
  }

  @Test
  void downgrade_sessionLostMeanwhile_isToldAtOnce() {
    WriteHold write = writing();
    etcd.runFor(TTL.dividedBy(10));
    etcd.faults().partition("a");
    etcd.runFor(TTL.dividedBy(3));
    CompletableFuture<LockHold> read = write.downgradeAsync();
    etcd.await(() -> !session.isActive());

    assertThat(read).isCompletedExceptionally();
  }
}
