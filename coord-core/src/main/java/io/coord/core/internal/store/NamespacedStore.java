package io.coord.core.internal.store;

import io.coord.core.Bytes;
import io.coord.core.CoordException;
import io.coord.core.RefusedException;
import io.coord.core.internal.Futures;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A store whose keys all lie under a prefix in another store: the prefix is put before every key
 * that is asked for and taken off every key that comes back.
 *
 * <p>A range without an upper end ends with the prefix. Leases have no names and are shared with
 * the other store.
 */
public final class NamespacedStore extends ForwardingStore {

  private final Bytes prefix;

  /**
   * Puts a prefix before the keys of a store.
   *
   * @param store the other store; closed with this one
   * @param prefix at least one byte
   */
  public NamespacedStore(Store store, Bytes prefix) {
    super(store);
    this.prefix = prefix;
  }

  @Override
  public CompletableFuture<RangeResult> range(RangeRequest request) {
    RangeRequest outwards;
    try {
      outwards = outwards(request);
    } catch (RefusedException emptyKey) {
      return CompletableFuture.failedFuture(emptyKey);
    }
    return map(super.range(outwards), this::inwards);
  }

  @Override
  public CompletableFuture<TxnResult> txn(TxnRequest request) {
    TxnRequest outwards;
    try {
      outwards = outwards(request);
    } catch (RefusedException emptyKey) {
      return CompletableFuture.failedFuture(emptyKey);
    }
    return map(super.txn(outwards), this::inwards);
  }

  @Override
  public Watch watch(KeyRange range, long startRevision, Changes changes, WatchListener listener) {
    return super.watch(prefixed(range), startRevision, changes, new Stripping(listener));
  }

  /** An empty key, which etcd refuses, would become one that it takes. */
  private Bytes outwards(Bytes key) {
    if (key.isEmpty()) {
      throw new RefusedException("a key is empty; expected at least one byte", null);
    }
    return prefix.concat(key);
  }

  private KeyRange outwards(KeyRange range) {
    return new KeyRange(outwards(range.start()), range.end().map(this::end));
  }

  private KeyRange prefixed(KeyRange range) {
    return new KeyRange(prefix.concat(range.start()), range.end().map(this::end));
  }

  private Bytes end(Bytes end) {
    return end.equals(KeyRange.UNBOUNDED)
        ? KeyRange.prefix(prefix).end().orElseThrow()
        : prefix.concat(end);
  }

  private RangeRequest outwards(RangeRequest request) {
    return new RangeRequest(
        outwards(request.range()),
        request.revision(),
        request.limit(),
        request.order(),
        request.projection(),
        request.consistency());
  }

  private TxnRequest outwards(TxnRequest request) {
    return new TxnRequest(
        each(request.compares(), this::outwards),
        each(request.success(), this::outwards),
        each(request.failure(), this::outwards),
        request.repeat());
  }

  private Compare outwards(Compare compare) {
    KeyRange range = outwards(compare.range());
    if (compare instanceof Compare.OfField field) {
      return new Compare.OfField(range, field.field(), field.relation(), field.operand());
    }
    Compare.OfValue value = (Compare.OfValue) compare;
    return new Compare.OfValue(range, value.relation(), value.operand());
  }

  private Op outwards(Op op) {
    if (op instanceof Op.Put put) {
      return new Op.Put(outwards(put.key()), put.value(), put.lease());
    }
    if (op instanceof Op.Get get) {
      return new Op.Get(outwards(get.request()));
    }
    if (op instanceof Op.Delete delete) {
      return new Op.Delete(outwards(delete.range()));
    }
    return new Op.Nested(outwards(((Op.Nested) op).request()));
  }

  private RangeResult inwards(RangeResult result) {
    return new RangeResult(result.revision(), each(result.kvs(), this::inwards), result.count());
  }

  private TxnResult inwards(TxnResult result) {
    return new TxnResult(
        result.revision(), result.succeeded(), each(result.results(), this::inwards));
  }

  private OpResult inwards(OpResult result) {
    if (result instanceof OpResult.Range range) {
      return new OpResult.Range(inwards(range.result()));
    }
    if (result instanceof OpResult.Txn txn) {
      return new OpResult.Txn(inwards(txn.result()));
    }
    return result;
  }

  private KeyValue inwards(KeyValue kv) {
    return new KeyValue(
        kv.key().from(prefix.length()),
        kv.value(),
        kv.createRevision(),
        kv.modRevision(),
        kv.version(),
        kv.lease());
  }

  /** Unlike {@code thenApply}, it hands on a failure as it is, and not wrapped. */
  private static <T> CompletableFuture<T> map(
      CompletableFuture<T> future, UnaryOperator<T> change) {
    CompletableFuture<T> changed = new CompletableFuture<>();
    Futures.onDone(
        future, result -> changed.complete(change.apply(result)), changed::completeExceptionally);
    return changed;
  }

  private static <T, U> List<U> each(List<T> items, Function<? super T, ? extends U> change) {
    List<U> changed = new ArrayList<>(items.size());
    for (T item : items) {
      changed.add(change.apply(item));
    }
    return List.copyOf(changed);
  }

  /** Takes the prefix off the keys of a watch's events. */
  private final class Stripping implements WatchListener {

    private final WatchListener listener;

    Stripping(WatchListener listener) {
      this.listener = listener;
    }

    @Override
    public void onCreated(long revision) {
      listener.onCreated(revision);
    }

    @Override
    public void onEvents(long revision, List<WatchEvent> events) {
      listener.onEvents(
          revision, each(events, event -> new WatchEvent(event.type(), inwards(event.kv()))));
    }

    @Override
    public void onCompacted(long compactRevision) {
      listener.onCompacted(compactRevision);
    }

    @Override
    public void onFailed(CoordException cause) {
      listener.onFailed(cause);
    }
  }
}
