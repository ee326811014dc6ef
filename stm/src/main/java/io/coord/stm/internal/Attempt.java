package io.coord.stm.internal;

import io.coord.core.Bytes;
import io.coord.core.CoordException;
import io.coord.core.Guard;
import io.coord.core.RefusedException;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.Store;
import io.coord.stm.StmOptions;
import io.coord.stm.Transaction;
import io.coord.stm.UnknownOutcome;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * One run of a body: collects what it reads and writes.
 *
 * <p>The first read fixes the revision; the later ones ask for that revision, from any member. If
 * the attempt before left a snapshot, that one's revision is fixed from the start, and its keys are
 * read from memory. A failed read dooms the attempt, even if the body swallows the exception: what
 * the body did afterwards may rest on a value that it has not seen.
 */
final class Attempt implements Transaction {

  private final Store store;
  private final int maxOperations;
  private final int maxKeys;
  private final BooleanSupplier cancelled;
  private final Map<Bytes, Optional<KeyValue>> fresh;
  private final Thread owner = Thread.currentThread();

  private final Map<Bytes, Optional<KeyValue>> reads = new LinkedHashMap<>();
  private final Map<Bytes, Op> writes = new LinkedHashMap<>();
  private final Set<Guard> guards = new LinkedHashSet<>();
  private final Set<Bytes> touched = new HashSet<>();
  private OptionalLong snapshot;
  private Optional<Exception> failure = Optional.empty();
  private volatile boolean ended;

  Attempt(Store store, StmOptions options, Optional<Snapshot> fresh, BooleanSupplier cancelled) {
    this.store = store;
    this.maxOperations = options.maxOperations();
    this.maxKeys = maxOperations - (options.unknownOutcome() == UnknownOutcome.RESOLVE ? 1 : 0);
    this.cancelled = cancelled;
    this.fresh = fresh.map(Snapshot::values).orElse(Map.of());
    this.snapshot = fresh.map(s -> OptionalLong.of(s.revision())).orElse(OptionalLong.empty());
  }

  @Override
  public Optional<Bytes> get(Bytes key) throws InterruptedException {
    checkUsable(key);
    Op written = writes.get(key);
    if (written != null) {
      return written instanceof Op.Put put ? Optional.of(put.value()) : Optional.empty();
    }
    return read(key).map(KeyValue::value);
  }

  @Override
  public long rev(Bytes key) throws InterruptedException {
    checkUsable(key);
    return Snapshot.modRevision(read(key));
  }

  @Override
  public void put(Bytes key, Bytes value) {
    checkUsable(key);
    write(key, Op.put(key, value));
  }

  @Override
  public void delete(Bytes key) {
    checkUsable(key);
    write(key, Op.delete(key));
  }

  @Override
  public void require(Guard guard) {
    checkUsable(guard.key());
    guards.add(guard);
    touch(guard.key());
  }

  /** Ends the use of this transaction and gives what it collected. */
  Footprint end() {
    ended = true;
    // A snapshot of which nothing was read does not bind the writes.
    OptionalLong of = reads.isEmpty() ? OptionalLong.empty() : snapshot;
    return new Footprint(of, reads, writes, List.copyOf(guards));
  }

  /** Why this attempt must not be committed. */
  Optional<Exception> failure() {
    return failure;
  }

  private Optional<KeyValue> read(Bytes key) throws InterruptedException {
    Optional<KeyValue> known = reads.get(key);
    if (known == null) {
      touch(key);
      known = fresh.containsKey(key) ? fresh.getOrDefault(key, Optional.empty()) : fetch(key);
      reads.put(key, known);
    }
    return known;
  }

  private Optional<KeyValue> fetch(Bytes key) throws InterruptedException {
    RangeRequest newest = RangeRequest.key(key);
    RangeRequest request =
        snapshot.isPresent() ? newest.atRevision(snapshot.getAsLong()).serializable() : newest;
    try {
      RangeResult result = Futures.await(store.range(request));
      snapshot = OptionalLong.of(snapshot.orElse(result.revision()));
      return result.first();
    } catch (CoordException | InterruptedException e) {
      failure = Optional.of(e);
      throw e;
    }
  }

  private void write(Bytes key, Op op) {
    writes.put(key, op);
    touch(key);
  }

  /** Without a write nothing is ever sent as one transaction, and no limit counts. */
  private void touch(Bytes key) {
    touched.add(key);
    if (touched.size() > maxKeys && !writes.isEmpty()) {
      RefusedException tooMany =
          new RefusedException(
              "the transaction writes, and touches more than "
                  + maxKeys
                  + " keys; etcd takes "
                  + maxOperations
                  + " operations in one transaction"
                  + (maxKeys < maxOperations ? ", and one of them is Coord's marker" : "")
                  + "; touch fewer keys, or raise etcd's --max-txn-ops and maxOperations with it",
              null);
      failure = Optional.of(tooMany);
      throw tooMany;
    }
  }

  private void checkUsable(Bytes key) {
    if (ended) {
      throw new IllegalStateException(
          "the transaction was used after its body had ended; use it only inside the body");
    }
    if (Thread.currentThread() != owner) {
      throw new IllegalStateException(
          "the transaction was used by thread \""
              + Thread.currentThread().getName()
              + "\"; it belongs to thread \""
              + owner.getName()
              + "\", which runs its body");
    }
    if (cancelled.getAsBoolean()) {
      throw new CancellationException("the transaction was cancelled");
    }
    if (key.isEmpty()) {
      throw new IllegalArgumentException("the key is empty; expected at least one byte");
    }
  }
}
