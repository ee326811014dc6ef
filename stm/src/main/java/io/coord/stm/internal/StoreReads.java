package io.coord.stm.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import io.coord.stm.StmOptions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What one attempt reads, and what it knows without asking: what the failed commit before it
 * brought, and what was fetched beside what was asked for.
 *
 * <p>Where all reads are to be of one revision, the first fixes it: it asks a quorum, and the later
 * ones ask any member for that very revision; a member that has not come so far yet says so, and
 * the store asks again. What is fetched by a hint is known, but not read: it binds the commit only
 * when the body asks for it.
 */
final class StoreReads implements Reads {

  private final Store store;
  private final boolean oneRevision;
  private final int batch;

  private final Map<Bytes, Optional<KeyValue>> known = new HashMap<>();
  private final Map<KeyRange, List<KeyValue>> knownRanges = new HashMap<>();
  private final Set<Bytes> hinted;
  private final Map<Bytes, Optional<KeyValue>> keys = new LinkedHashMap<>();
  private final Map<KeyRange, List<KeyValue>> ranges = new LinkedHashMap<>();
  private long revision;

  /**
   * @param batch how many keys are asked for in one request
   * @param start what is known from the start, and what is fetched with the first read
   */
  private StoreReads(Store store, boolean oneRevision, int batch, Start start) {
    this.store = store;
    this.oneRevision = oneRevision;
    this.batch = batch;
    this.hinted = new LinkedHashSet<>(start.hints());
    start
        .fresh()
        .ifPresent(
            snapshot -> {
              revision = snapshot.revision();
              known.putAll(snapshot.values());
              knownRanges.putAll(snapshot.ranges());
            });
  }

  /** What an attempt with these options reads. */
  static StoreReads of(Store store, StmOptions options, Start start) {
    boolean oneRevision = IsolationRules.of(options.isolation()).readsOneRevision();
    return new StoreReads(store, oneRevision, options.maxOperations(), start);
  }

  @Override
  public Optional<KeyValue> key(Bytes key) throws InterruptedException {
    all(List.of(key));
    return keys.getOrDefault(key, Optional.empty());
  }

  @Override
  public long revision(Bytes key) throws InterruptedException {
    return Snapshot.modRevision(key(key));
  }

  @Override
  public void all(Collection<Bytes> wanted) throws InterruptedException {
    Set<Bytes> missing = new LinkedHashSet<>(wanted);
    missing.removeIf(key -> keys.containsKey(key) || isKnown(key));
    if (!missing.isEmpty()) {
      hinted.removeAll(known.keySet());
      missing.addAll(hinted);
      hinted.clear();
      fetch(List.copyOf(missing));
    }
    for (Bytes key : wanted) {
      if (!keys.containsKey(key)) {
        keys.put(key, known.getOrDefault(key, Optional.empty()));
      }
    }
  }

  @Override
  public List<KeyValue> range(KeyRange range) throws InterruptedException {
    if (!ranges.containsKey(range)) {
      if (!knownRanges.containsKey(range)) {
        knownRanges.put(range, fetch(range));
      }
      List<KeyValue> found = knownRanges.getOrDefault(range, List.of());
      ranges.put(range, found);
      found.forEach(kv -> keys.putIfAbsent(kv.key(), Optional.of(kv)));
    }
    Map<Bytes, KeyValue> inOrder = new TreeMap<>();
    keys.forEach(
        (key, value) -> {
          if (range.contains(key)) {
            value.ifPresent(kv -> inOrder.put(key, kv));
          }
        });
    return List.copyOf(inOrder.values());
  }

  @Override
  public ReadSet taken() {
    return new ReadSet(keys.isEmpty() && ranges.isEmpty() ? 0 : revision, keys, ranges);
  }

  /** Whether a key need not be asked for; one that a range did not have is known not to exist. */
  private boolean isKnown(Bytes key) {
    if (known.containsKey(key)) {
      return true;
    }
    for (Map.Entry<KeyRange, List<KeyValue>> range : knownRanges.entrySet()) {
      if (range.getKey().contains(key)) {
        known.put(key, range.getValue().stream().filter(kv -> kv.key().equals(key)).findFirst());
        return true;
      }
    }
    return false;
  }

  private void fetch(List<Bytes> missing) throws InterruptedException {
    for (int from = 0; from < missing.size(); from += batch) {
      List<Bytes> some = missing.subList(from, Math.min(missing.size(), from + batch));
      if (some.size() == 1) {
        note(some.get(0), Futures.await(store.range(request(KeyRange.single(some.get(0))))));
      } else {
        fetchTogether(some);
      }
    }
  }

  private void fetchTogether(List<Bytes> some) throws InterruptedException {
    List<Op> gets = new ArrayList<>(some.size());
    for (Bytes key : some) {
      gets.add(Op.get(request(KeyRange.single(key))));
    }
    TxnResult answer = Futures.await(store.txn(TxnRequest.of(gets.toArray(Op[]::new))));
    for (int i = 0; i < some.size(); i++) {
      note(some.get(i), answer.range(i));
    }
  }

  private List<KeyValue> fetch(KeyRange range) throws InterruptedException {
    RangeResult found = Futures.await(store.range(request(range)));
    came(found.revision());
    return found.kvs();
  }

  private RangeRequest request(KeyRange range) {
    RangeRequest newest = RangeRequest.of(range);
    if (!oneRevision) {
      return newest.serializable();
    }
    return revision == 0 ? newest : newest.atRevision(revision).serializable();
  }

  private void note(Bytes key, RangeResult found) {
    known.put(key, found.first());
    came(found.revision());
  }

  /** An answer names the newest revision of its member; what was asked for counts, if it was. */
  private void came(long answered) {
    if (!oneRevision || revision == 0) {
      revision = Math.max(revision, answered);
    }
  }
}
