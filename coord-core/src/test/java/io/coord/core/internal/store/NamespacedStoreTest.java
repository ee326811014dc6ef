package io.coord.core.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Bytes;
import io.coord.core.ClosedException;
import io.coord.core.CoordException;
import io.coord.core.RefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class NamespacedStoreTest {

  private static final Bytes KEY = Bytes.utf8("k");
  private static final Bytes PREFIXED = Bytes.utf8("app/k");
  private static final KeyValue STORED = new KeyValue(PREFIXED, Bytes.utf8("v"), 1, 2, 3, 4);
  private static final KeyValue SEEN = new KeyValue(KEY, Bytes.utf8("v"), 1, 2, 3, 4);

  private final RecordingStore inner = new RecordingStore();
  private final Store store = new NamespacedStore(inner, Bytes.utf8("app/"));

  @Test
  void range_ofAKey_isPrefixedOutwardsAndStrippedInwards() {
    inner.rangeResult = new RangeResult(9, List.of(STORED), 1);

    CompletableFuture<RangeResult> result =
        store.range(RangeRequest.key(KEY).atRevision(5).limit(2).keysOnly());

    assertThat(inner.ranges)
        .containsExactly(RangeRequest.key(PREFIXED).atRevision(5).limit(2).keysOnly());
    assertThat(result).isCompletedWithValue(new RangeResult(9, List.of(SEEN), 1));
  }

  /** Etcd would refuse it; with the prefix it would be a key. */
  @Test
  void anyRequest_ofAnEmptyKey_isRefusedAsWithoutANamespace() {
    RangeRequest read = RangeRequest.key(Bytes.EMPTY);
    TxnRequest nested =
        TxnRequest.of(new Op.Nested(TxnRequest.of(Op.put(Bytes.EMPTY, Bytes.utf8("v")))));
    for (CompletableFuture<?> answer :
        List.of(
            store.range(read),
            store.txn(TxnRequest.of(Op.get(read))),
            store.txn(TxnRequest.of(Op.delete(Bytes.EMPTY))),
            store.txn(TxnRequest.when(Compare.absent(Bytes.EMPTY)).then(Op.put(KEY, KEY))),
            store.txn(nested))) {
      assertThat(answer)
          .failsWithin(Duration.ZERO)
          .withThrowableThat()
          .withCauseInstanceOf(RefusedException.class)
          .withMessageContaining("a key is empty");
    }
  }

  @Test
  void range_ofEveryKey_isOfTheNamespaceOnly() {
    var unused = store.range(RangeRequest.prefix(Bytes.EMPTY));

    KeyRange asked = inner.ranges.get(0).range();
    assertThat(asked.end()).contains(Bytes.utf8("app0"));
    assertThat(asked.contains(PREFIXED)).isTrue();
    assertThat(asked.contains(Bytes.utf8("app0"))).isFalse();
    assertThat(asked.contains(Bytes.utf8("aoo"))).isFalse();
  }

  @Test
  void range_withBothEnds_isPrefixedAtBoth() {
    var unused = store.range(RangeRequest.of(KeyRange.between(KEY, Bytes.utf8("m"))));

    assertThat(inner.ranges.get(0).range())
        .isEqualTo(KeyRange.between(PREFIXED, Bytes.utf8("app/m")));
  }

  @Test
  void txn_withEverything_isPrefixedThroughout() {
    TxnRequest nested = TxnRequest.when(Compare.exists(KEY)).then(Op.get(KEY));
    TxnRequest request =
        TxnRequest.when(
                Compare.absent(KEY), Compare.value(KEY, Compare.Relation.EQUAL, Bytes.utf8("v")))
            .then(Op.put(KEY, Bytes.utf8("v"), 7), new Op.Nested(nested))
            .otherwise(Op.delete(KEY))
            .harmlessToRepeat();

    var unused = store.txn(request);

    TxnRequest nestedOutside = TxnRequest.when(Compare.exists(PREFIXED)).then(Op.get(PREFIXED));
    assertThat(inner.txns)
        .containsExactly(
            TxnRequest.when(
                    Compare.absent(PREFIXED),
                    Compare.value(PREFIXED, Compare.Relation.EQUAL, Bytes.utf8("v")))
                .then(Op.put(PREFIXED, Bytes.utf8("v"), 7), new Op.Nested(nestedOutside))
                .otherwise(Op.delete(PREFIXED))
                .harmlessToRepeat());
  }

  @Test
  void txn_answeredWithKeys_isStrippedThroughout() {
    OpResult read = new OpResult.Range(new RangeResult(9, List.of(STORED), 1));
    inner.txnResult =
        new TxnResult(
            9,
            true,
            List.of(
                new OpResult.Put(),
                read,
                new OpResult.Txn(new TxnResult(9, true, List.of(read))),
                new OpResult.Delete(2)));

    OpResult seen = new OpResult.Range(new RangeResult(9, List.of(SEEN), 1));
    assertThat(store.txn(TxnRequest.of(Op.get(KEY))))
        .isCompletedWithValue(
            new TxnResult(
                9,
                true,
                List.of(
                    new OpResult.Put(),
                    seen,
                    new OpResult.Txn(new TxnResult(9, true, List.of(seen))),
                    new OpResult.Delete(2))));
  }

  @Test
  void call_thatFails_failsWithTheSameExceptionUnwrapped() {
    ClosedException cause = new ClosedException("closed", null);
    inner.failure = Optional.of(cause);
    List<Throwable> seen = new ArrayList<>();

    var unused =
        store.range(RangeRequest.key(KEY)).whenComplete((result, failure) -> seen.add(failure));

    assertThat(seen).containsExactly(cause);
  }

  @Test
  void watch_ofAPrefix_isPrefixedAndItsEventsAreStripped() {
    List<WatchEvent> seen = new ArrayList<>();

    var unused =
        store.watch(
            KeyRange.prefix(KEY),
            3,
            new WatchListener() {
              @Override
              public void onCreated(long revision) {}

              @Override
              public void onEvents(long revision, List<WatchEvent> events) {
                seen.addAll(events);
              }

              @Override
              public void onCompacted(long compactRevision) {}

              @Override
              public void onFailed(CoordException cause) {}
            });
    inner.watcher.orElseThrow().onEvents(2, List.of(new WatchEvent(WatchEvent.Type.PUT, STORED)));

    assertThat(inner.watched).contains(KeyRange.prefix(PREFIXED));
    assertThat(seen).containsExactly(new WatchEvent(WatchEvent.Type.PUT, SEEN));
  }

  @Test
  void close_closesTheOtherStore() {
    store.close();

    assertThat(inner.closed).isTrue();
  }

  /** Notes what it is asked and answers what it is told to. */
  private static final class RecordingStore implements Store {

    private final List<RangeRequest> ranges = new ArrayList<>();
    private final List<TxnRequest> txns = new ArrayList<>();
    private RangeResult rangeResult = new RangeResult(1, List.of(), 0);
    private TxnResult txnResult = new TxnResult(1, true, List.of());
    private Optional<RuntimeException> failure = Optional.empty();
    private Optional<KeyRange> watched = Optional.empty();
    private Optional<WatchListener> watcher = Optional.empty();
    private boolean closed;

    @Override
    public CompletableFuture<RangeResult> range(RangeRequest request) {
      ranges.add(request);
      return failure
          .<CompletableFuture<RangeResult>>map(CompletableFuture::failedFuture)
          .orElseGet(() -> CompletableFuture.completedFuture(rangeResult));
    }

    @Override
    public CompletableFuture<TxnResult> txn(TxnRequest request) {
      txns.add(request);
      return CompletableFuture.completedFuture(txnResult);
    }

    @Override
    public CompletableFuture<LeaseGrant> grantLease(long id, long ttlSeconds) {
      return CompletableFuture.completedFuture(new LeaseGrant(id, ttlSeconds));
    }

    @Override
    public CompletableFuture<Boolean> revokeLease(long id) {
      return CompletableFuture.completedFuture(true);
    }

    @Override
    public CompletableFuture<Long> keepLeaseAlive(long id) {
      return CompletableFuture.completedFuture(1L);
    }

    @Override
    public CompletableFuture<LeaseStatus> leaseStatus(long id) {
      return CompletableFuture.completedFuture(new LeaseStatus(id, 1, 1));
    }

    @Override
    public Watch watch(
        KeyRange range, long startRevision, Changes changes, WatchListener listener) {
      watched = Optional.of(range);
      watcher = Optional.of(listener);
      return () -> {};
    }

    @Override
    public Scheduler scheduler() {
      throw new UnsupportedOperationException("no time passes here");
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
