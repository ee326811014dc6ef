package io.coord.barriers.internal;

import io.coord.core.Bytes;
import io.coord.core.CoordException;
import io.coord.core.internal.Futures;
import io.coord.core.internal.Relay;
import io.coord.core.internal.follow.RangeFollower;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import io.coord.core.internal.store.WatchEvent;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/*
 * A range of etcd as it was at one revision, which goes from revision to revision with its
 * RangeFollower: that says why nothing is left out and nothing goes back.
 *
 * Invariants
 *  - Once something was read, `content` is exactly the range at `revision`.
 *  - An observer that leaves while the others are told is told no more.
 *
 * It is followed while somebody observes, and a while longer: who has waited on a range is likely to
 * wait on it again, and finds it known then, and watched. Everything happens on the store's thread.
 */

/** Keeps a copy of a range for as long as somebody observes it, and a little longer. */
final class Mirror {

  /** Is told of the range, on the store's thread. */
  interface Observer {

    /** The range has been read, or has changed. */
    void onState(Mirror mirror);

    /**
     * The range cannot be observed: access is denied, or the store is closed. Told once, at the
     * end.
     */
    void onFailed(CoordException cause);
  }

  private static final Duration IDLE = Duration.ofSeconds(5);

  private final Store store;
  private final RangeFollower follower;
  private final Relay relay;
  private final Runnable whenUnused;
  private final Set<Observer> observers = new LinkedHashSet<>();
  private final Map<Bytes, KeyValue> content = new TreeMap<>();
  private boolean isOpen;
  private boolean hasRead;
  private long revision;
  private long timesUsed;
  private Optional<CompletableFuture<TxnResult>> sent = Optional.empty();
  private long sentAt;

  Mirror(Store store, KeyRange range, Relay relay, Runnable whenUnused) {
    this.store = store;
    this.relay = relay;
    this.follower =
        new RangeFollower(store, range, RangeFollower.Preference.LATEST_STATE, new Taking());
    this.whenUnused = whenUnused;
  }

  /** Begins to tell somebody; at once, when the range is known. */
  void add(Observer observer) {
    timesUsed++;
    observers.add(observer);
    if (!isOpen) {
      isOpen = true;
      follower.open();
    } else if (hasRead) {
      observer.onState(this);
    }
  }

  /** Tells somebody no more. */
  void remove(Observer observer) {
    if (observers.remove(observer) && observers.isEmpty()) {
      long used = timesUsed;
      store.scheduler().schedule(IDLE, () -> endUnlessUsedSince(used));
    }
  }

  private void endUnlessUsedSince(long used) {
    if (isOpen && observers.isEmpty() && timesUsed == used) {
      end();
    }
  }

  /** Sends a request, once for all who ask for it in the same state. */
  CompletableFuture<TxnResult> sendOnce(TxnRequest request) {
    if (sent.isEmpty() || sentAt != revision) {
      CompletableFuture<TxnResult> shared = new CompletableFuture<>();
      Futures.onDone(
          store.txn(request),
          answer -> relay.gather(() -> shared.complete(answer)),
          failure -> relay.gather(() -> shared.completeExceptionally(failure)));
      sent = Optional.of(shared);
      sentAt = revision;
    }
    return sent.get();
  }

  /** Somebody else has learned from etcd what the whole range held at a revision. */
  void learned(long at, List<KeyValue> found) {
    follower.learned(at, found);
  }

  /** Whether the range has been read, and is followed. */
  boolean isKnown() {
    return isOpen && hasRead;
  }

  /** The revision that {@link #keys} is of. */
  long revision() {
    return revision;
  }

  Optional<KeyValue> get(Bytes key) {
    return Optional.ofNullable(content.get(key));
  }

  int size() {
    return content.size();
  }

  /** All keys of the range, by name. */
  Iterable<KeyValue> keys() {
    return content.values();
  }

  private void end() {
    isOpen = false;
    follower.close();
    whenUnused.run();
  }

  private void reached(long newRevision) {
    revision = newRevision;
    relay.gather(this::tellAll);
  }

  private void tellAll() {
    for (Observer observer : List.copyOf(observers)) {
      if (observers.contains(observer)) {
        observer.onState(this);
      }
    }
  }

  private void enter(WatchEvent event) {
    switch (event.type()) {
      case PUT -> content.put(event.kv().key(), event.kv());
      case DELETE -> content.remove(event.kv().key());
    }
  }

  /** Takes over what etcd has. */
  private final class Taking implements RangeFollower.Listener {

    @Override
    public void onRead(long at, List<KeyValue> found) {
      hasRead = true;
      content.clear();
      found.forEach(kv -> content.put(kv.key(), kv));
      reached(at);
    }

    @Override
    public void onChange(long at, List<WatchEvent> events) {
      events.forEach(Mirror.this::enter);
      reached(at);
    }

    @Override
    public void onFailed(CoordException cause) {
      List<Observer> told = List.copyOf(observers);
      observers.clear();
      end();
      told.forEach(observer -> observer.onFailed(cause));
    }
  }
}
