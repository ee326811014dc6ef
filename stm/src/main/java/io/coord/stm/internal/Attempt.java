package io.coord.stm.internal;

import io.coord.core.Bytes;
import io.coord.core.CoordException;
import io.coord.core.Guard;
import io.coord.core.Session;
import io.coord.core.internal.session.LeaseSession;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import io.coord.stm.StmOptions;
import io.coord.stm.Transaction;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * One run of a body: collects what it reads and writes.
 *
 * <p>A failed read dooms the attempt, even if the body swallows the exception: what the body did
 * afterwards may rest on a value that it has not seen.
 */
final class Attempt implements Transaction {

  private final IsolationRules rules;
  private final OperationLimit limit;
  private final BooleanSupplier cancelled;
  private final Reads reads;
  private final Thread owner = Thread.currentThread();

  private final Map<Bytes, Op> writes = new LinkedHashMap<>();
  private final Set<Guard> guards = new LinkedHashSet<>();
  private final Set<Session> sessions = new LinkedHashSet<>();
  private Optional<Exception> failure = Optional.empty();
  private volatile boolean ended;

  Attempt(StmOptions options, Reads reads, BooleanSupplier cancelled) {
    this.rules = IsolationRules.of(options.isolation());
    this.limit = new OperationLimit(options);
    this.cancelled = cancelled;
    this.reads = reads;
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
  public Map<Bytes, Bytes> getAll(Collection<Bytes> keys) throws InterruptedException {
    keys.forEach(this::checkUsable);
    Set<Bytes> unwritten = new LinkedHashSet<>(keys);
    unwritten.removeAll(writes.keySet());
    reading(
        () -> {
          reads.all(unwritten);
          return unwritten;
        },
        unwritten);
    Map<Bytes, Bytes> found = new LinkedHashMap<>();
    for (Bytes key : keys) {
      get(key).ifPresent(value -> found.put(key, value));
    }
    return Collections.unmodifiableMap(found);
  }

  @Override
  public NavigableMap<Bytes, Bytes> getRange(Bytes prefix) throws InterruptedException {
    checkUsable();
    KeyRange range = KeyRange.prefix(prefix);
    List<KeyValue> kvs = reading(() -> reads.range(range), List.of());
    if (rules.guardsReads()) {
      limit.add(range);
      kvs.forEach(kv -> limit.add(kv.key()));
      checkLimit();
    }
    NavigableMap<Bytes, Bytes> found = new TreeMap<>();
    kvs.forEach(kv -> found.put(kv.key(), kv.value()));
    writes.forEach(
        (key, write) -> {
          if (range.contains(key)) {
            if (write instanceof Op.Put put) {
              found.put(key, put.value());
            } else {
              found.remove(key);
            }
          }
        });
    return Collections.unmodifiableNavigableMap(found);
  }

  @Override
  public long rev(Bytes key) throws InterruptedException {
    checkUsable(key);
    return reading(() -> reads.revision(key), List.of(key));
  }

  @Override
  public void put(Bytes key, Bytes value) {
    checkUsable(key);
    write(key, Op.put(key, checked(value)));
  }

  @Override
  public void put(Bytes key, Bytes value, Session session) {
    checkUsable(key);
    LeaseSession known = LeaseSession.of(session);
    known.ended().ifPresent(this::fail);
    sessions.add(session);
    write(key, Op.put(key, checked(value), known.lease()));
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
    limit.add(guard);
    checkLimit();
  }

  /** Ends the use of this transaction and gives what it collected. */
  Footprint end() {
    ended = true;
    return new Footprint(rules, reads.taken(), writes, List.copyOf(guards), List.copyOf(sessions));
  }

  /** Why this attempt must not be committed. */
  Optional<Exception> failure() {
    return failure;
  }

  private Optional<KeyValue> read(Bytes key) throws InterruptedException {
    return reading(() -> reads.key(key), List.of(key));
  }

  private <T> T reading(Reading<T> read, Collection<Bytes> keys) throws InterruptedException {
    if (rules.guardsReads()) {
      keys.forEach(limit::add);
      checkLimit();
    }
    try {
      return read.get();
    } catch (CoordException | InterruptedException e) {
      failure = Optional.of(e);
      throw e;
    }
  }

  /** A codec may give null, and later on nobody could be told of it. */
  private static Bytes checked(Bytes value) {
    return Objects.requireNonNull(value, "the value is null; expected bytes, or a deletion");
  }

  private void write(Bytes key, Op op) {
    writes.put(key, op);
    limit.add(key);
    checkLimit();
  }

  /** A transaction that only reads at one revision is never sent, and no limit counts. */
  private void checkLimit() {
    boolean isSent = !writes.isEmpty() || !guards.isEmpty() || !rules.readsOneRevision();
    if (isSent) {
      limit.exceeded().ifPresent(this::fail);
    }
  }

  private void fail(RuntimeException why) {
    failure = Optional.of(why);
    throw why;
  }

  private void checkUsable(Bytes key) {
    checkUsable();
    if (key.isEmpty()) {
      throw new IllegalArgumentException("the key is empty; expected at least one byte");
    }
  }

  private void checkUsable() {
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
  }

  /** A read that may block. */
  @FunctionalInterface
  private interface Reading<T> {
    T get() throws InterruptedException;
  }
}
