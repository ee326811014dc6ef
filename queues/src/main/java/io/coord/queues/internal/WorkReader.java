package io.coord.queues.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.queues.OldestItem;
import io.coord.queues.WorkCounts;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Reads what is in a work queue, for people to see. Its futures complete on the store's thread. */
public final class WorkReader {

  /**
   * A dead item.
   *
   * @param suffix what its keys end with
   * @param priority its priority
   * @param record what is stored of it
   */
  public record Dead(Bytes suffix, int priority, WorkRecord record) {

    /** Names it for people. */
    public String id() {
      return suffix.utf8();
    }
  }

  /**
   * A claimed item.
   *
   * @param key the key that exists while the claim stands
   * @param priority its priority
   * @param record what is stored of it
   * @param claimer who has claimed it
   * @param since when it was claimed; empty when who has claimed it is gone
   */
  public record Claimed(
      String key, int priority, WorkRecord record, String claimer, Optional<Instant> since) {}

  /** Those that say when they came in go before those that do not. */
  private static final Comparator<OldestItem> BY_AGE =
      Comparator.comparing((OldestItem item) -> item.since().orElse(Instant.MAX))
          .thenComparing(OldestItem::revision);

  private final Store store;
  private final WorkKeys keys;

  /** Reads the work queue of this name. */
  public WorkReader(Store store, String name) {
    this.store = store;
    this.keys = new WorkKeys(name);
  }

  /** How many items there are: to be claimed, held, and dead. */
  public CompletableFuture<WorkCounts> counts() {
    TxnRequest request =
        TxnRequest.of(
            Op.get(RangeRequest.of(keys.items()).countOnly()),
            Op.get(RangeRequest.of(keys.allHeld()).countOnly()),
            Op.get(RangeRequest.of(keys.allDead()).countOnly()));
    return store
        .txn(request)
        .thenApply(
            answer ->
                new WorkCounts(
                    answer.range(0).count(), answer.range(1).count(), answer.range(2).count()));
  }

  /** The dead items, in order. */
  public CompletableFuture<List<Dead>> dead() {
    return MomentReader.read(store, keys.allDead())
        .thenApply(
            found -> found.stream().filter(kv -> keys.isDead(kv.key())).map(this::dead).toList());
  }

  /** What a key of a dead item says. */
  Dead dead(KeyValue kv) {
    Bytes suffix = keys.suffix(kv.key());
    return new Dead(suffix, priority(suffix), WorkRecord.decode(kv.value()));
  }

  private int priority(Bytes suffix) {
    return keys.order().priorityOf(keys.item(suffix));
  }

  /** The claimed items, in order. */
  public CompletableFuture<List<Claimed>> claims() {
    return MomentReader.read(store, keys.heldAndLive()).thenApply(this::claims);
  }

  private List<Claimed> claims(List<KeyValue> found) {
    Set<Bytes> alive = new HashSet<>();
    found.stream()
        .filter(kv -> keys.isLive(kv.key()))
        .forEach(kv -> alive.add(keys.holderOfLive(kv.key())));
    return found.stream()
        .filter(kv -> keys.isHeld(kv.key()))
        .sorted(Comparator.comparing(kv -> keys.suffix(kv.key())))
        .flatMap(held -> claimed(held, alive).stream())
        .toList();
  }

  private Optional<Claimed> claimed(KeyValue held, Set<Bytes> alive) {
    Bytes key = held.key();
    WorkRecord record = WorkRecord.decode(held.value());
    return record
        .claimer()
        .map(
            claimer ->
                new Claimed(
                    key.utf8(),
                    priority(keys.suffix(key)),
                    record,
                    claimer.client(),
                    Optional.of(claimer.since())
                        .filter(since -> alive.contains(keys.holderOfHeld(key)))));
  }

  /** Of the items that can be claimed the one that came first: the first of some priority. */
  public CompletableFuture<Optional<OldestItem>> oldest() {
    CompletableFuture<Optional<OldestItem>> oldest = new CompletableFuture<>();
    firstOfPriority(keys.order().range(), Optional.empty(), oldest);
    return oldest;
  }

  private void firstOfPriority(
      KeyRange rest, Optional<OldestItem> before, CompletableFuture<Optional<OldestItem>> oldest) {
    Futures.onDone(
        store.range(RangeRequest.of(rest).limit(1)),
        found ->
            found
                .first()
                .ifPresentOrElse(
                    kv ->
                        firstOfPriority(
                            KeyRange.between(after(kv.key()), rest.end().orElseThrow()),
                            older(before, kv),
                            oldest),
                    () -> oldest.complete(before)),
        oldest::completeExceptionally);
  }

  /** The rest of its priority came later; a stranger's key is passed over. */
  private Bytes after(Bytes key) {
    PriorityOrder order = keys.order();
    return order.isItem(key) ? order.afterPriority(order.priorityOf(key)) : order.after(key);
  }

  private Optional<OldestItem> older(Optional<OldestItem> before, KeyValue kv) {
    if (!keys.order().isItem(kv.key())) {
      return before;
    }
    OldestItem item =
        new OldestItem(kv.key().utf8(), kv.modRevision(), WorkRecord.decode(kv.value()).since());
    return before.filter(other -> BY_AGE.compare(other, item) <= 0).or(() -> Optional.of(item));
  }
}
