package io.coord.stm.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an attempt in company reads: the keys as they are behind everybody who has joined the {@link
 * Convoy} so far. One that the convoy does not know yet is read from etcd at the revision that it
 * builds on. All reads of one attempt are of one moment: see {@link Convoy#look}.
 */
final class SharedReads implements Reads {

  private final Store store;
  private final Convoy convoy;
  private final Epoch epoch;
  private final int batch;
  private final Set<Bytes> hinted;
  private final Map<Bytes, Cell> cells = new LinkedHashMap<>();
  private long moment;

  /**
   * Reads as of now; to be made under the convoy's lock.
   *
   * @param batch how many keys are asked for in one request
   * @param hints what is fetched with the first read that has to ask etcd
   */
  SharedReads(Store store, Convoy convoy, Epoch epoch, int batch, List<Bytes> hints) {
    this.store = store;
    this.convoy = convoy;
    this.epoch = epoch;
    this.moment = epoch.joins();
    this.batch = batch;
    this.hinted = new LinkedHashSet<>(hints);
  }

  @Override
  public Optional<KeyValue> key(Bytes key) throws InterruptedException {
    return cell(key).value();
  }

  @Override
  public long revision(Bytes key) throws InterruptedException {
    return cell(key)
        .modRevision()
        .orElseThrow(() -> Rerun.alone("asks for the revision of a key that is being written"));
  }

  @Override
  public void all(Collection<Bytes> wanted) throws InterruptedException {
    Set<Bytes> unread = new LinkedHashSet<>(wanted);
    unread.removeAll(cells.keySet());
    List<Bytes> missing = look(unread);
    while (!missing.isEmpty()) {
      fetchAll(missing);
      // One may be unknown again, when who had written it was taken out.
      missing = look(missing);
    }
  }

  /** Reads what the convoy knows of some keys; gives those that it does not know. */
  private List<Bytes> look(Collection<Bytes> wanted) {
    List<Bytes> missing = new ArrayList<>();
    for (Bytes key : wanted) {
      if (!convoy.look(this, key)) {
        missing.add(key);
      }
    }
    return missing;
  }

  private void fetchAll(List<Bytes> missing) throws InterruptedException {
    Set<Bytes> asked = new LinkedHashSet<>(missing);
    asked.addAll(convoy.unknown(epoch, hinted));
    hinted.clear();
    List<Bytes> inOrder = List.copyOf(asked);
    for (int from = 0; from < inOrder.size(); from += batch) {
      fetch(inOrder.subList(from, Math.min(inOrder.size(), from + batch)));
    }
  }

  @Override
  public List<KeyValue> range(KeyRange range) {
    throw Rerun.alone("reads a range");
  }

  @Override
  public ReadSet taken() {
    Map<Bytes, Optional<KeyValue>> keys = new LinkedHashMap<>();
    cells.forEach((key, cell) -> keys.put(key, cell.value()));
    return new ReadSet(epoch.base(), keys, Map.of());
  }

  /** What was read, as etcd has it; empty while any of it is still under way. */
  Optional<ReadSet> settled() {
    Map<Bytes, Optional<KeyValue>> keys = new LinkedHashMap<>();
    for (Map.Entry<Bytes, Cell> read : cells.entrySet()) {
      if (read.getValue().modRevision().isEmpty()) {
        return Optional.empty();
      }
      keys.put(read.getKey(), read.getValue().settled());
    }
    return Optional.of(new ReadSet(epoch.base(), keys, Map.of()));
  }

  /** Which of some keys others have written since they were read, or since this began. */
  List<Bytes> overtaken(List<Bytes> keys) {
    return convoy.overtaken(this, keys);
  }

  Epoch epoch() {
    return epoch;
  }

  Map<Bytes, Cell> cells() {
    return cells;
  }

  long moment() {
    return moment;
  }

  /** Takes what the convoy knows of a key, at a moment at which all that was read is current. */
  void take(Bytes key, Cell cell, long newMoment) {
    cells.put(key, cell);
    moment = newMoment;
  }

  private Cell cell(Bytes key) throws InterruptedException {
    all(List.of(key));
    return cells.getOrDefault(key, Cell.atBase(Optional.empty()));
  }

  private void fetch(List<Bytes> missing) throws InterruptedException {
    Map<Bytes, Optional<KeyValue>> values = new HashMap<>();
    if (missing.size() == 1) {
      values.put(missing.get(0), Futures.await(store.range(request(missing.get(0)))).first());
    } else {
      Op[] gets = missing.stream().map(key -> Op.get(request(key))).toArray(Op[]::new);
      TxnResult answer = Futures.await(store.txn(TxnRequest.of(gets)));
      for (int i = 0; i < gets.length; i++) {
        values.put(missing.get(i), answer.range(i).first());
      }
    }
    convoy.learn(epoch, values);
  }

  private RangeRequest request(Bytes key) {
    return RangeRequest.key(key).atRevision(epoch.base()).serializable();
  }
}
