package io.coord.queues.internal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.core.Bytes;
import io.coord.core.CoordException;
import io.coord.core.RefusedException;
import io.coord.core.UnavailableException;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.Changes;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.Compare.Relation;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import io.coord.core.internal.store.Watch;
import io.coord.core.internal.store.WatchEvent;
import io.coord.core.internal.store.WatchListener;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Brings items back whose holder is gone: its session died, or the delay is over.
 *
 * An item is held by two keys: held, its record, and live, under the lease of who holds it. Whoever
 * lets it go deletes both in one transaction. So when live is gone and held is not, the lease ran out.
 * Every consumer watches for that; the transaction that moves the item compares the revision of held,
 * so it moves once, whoever is first, however often it is repeated and however late a copy arrives.
 *
 * Watch, then read: when the watch stands, everything that is held is looked at once; from then on
 * the events tell, of which those of deletions suffice. After a compaction the watch is opened anew,
 * and everything is looked at again. What fails for want of etcd is looked at again after a while; when
 * etcd refuses, because its database is full say, everything is, once for all that was refused.
 */

/** Returns the items of one work queue. Owned by a consumer, who closes it. */
final class WorkReturner implements WatchListener {

  private static final Logger log = LoggerFactory.getLogger(WorkReturner.class);
  private static final Duration RETRY_PAUSE = Duration.ofMillis(300);
  private static final Duration REFUSED_PAUSE = Duration.ofSeconds(5);

  /** A key of an item was deleted. The item may have been claimed and let go of before. */
  private record Gone(Bytes suffix, long revision) {}

  private final String label;
  private final Store store;
  private final WorkKeys keys;
  private final int mostAttempts;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private Optional<Watch> watch = Optional.empty();

  @GuardedBy("lock")
  private boolean closed;

  @GuardedBy("lock")
  private boolean willLookAtAll;

  WorkReturner(String label, Store store, WorkKeys keys, int mostAttempts) {
    this.label = label;
    this.store = store;
    this.keys = keys;
    this.mostAttempts = mostAttempts;
  }

  /** Begins to watch. */
  void open() {
    Watch opened = store.watch(keys.heldAndLive(), 0, Changes.DELETIONS, this);
    boolean tooLate;
    lock.lock();
    try {
      tooLate = closed;
      watch = Optional.of(opened);
    } finally {
      lock.unlock();
    }
    if (tooLate) {
      opened.close();
    }
  }

  void close() {
    Optional<Watch> open;
    lock.lock();
    try {
      closed = true;
      open = watch;
    } finally {
      lock.unlock();
    }
    open.ifPresent(Watch::close);
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onCreated(long revision) {
    lookAtAll();
  }

  @Override
  public void onEvents(long revision, List<WatchEvent> events) {
    Set<Gone> gone = new HashSet<>();
    Set<Gone> letGo = new HashSet<>();
    for (WatchEvent event : events) {
      Bytes key = event.kv().key();
      if (keys.isHeld(key)) {
        letGo.add(new Gone(keys.suffix(key), event.kv().modRevision()));
      } else if (keys.isLive(key)) {
        gone.add(new Gone(keys.suffix(key), event.kv().modRevision()));
      }
    }
    gone.removeAll(letGo);
    gone.forEach(live -> lookAt(live.suffix()));
  }

  @Override
  public void onCompacted(long compactRevision) {
    if (!isClosed()) {
      open();
    }
  }

  @Override
  public void onFailed(CoordException cause) {
    log.debug("{}: what is held is no longer watched", label, cause);
  }

  private void lookAtAll() {
    TxnRequest request =
        TxnRequest.of(
            Op.get(RangeRequest.of(keys.allHeld())),
            Op.get(RangeRequest.of(keys.allLive()).keysOnly()));
    Futures.onDone(store.txn(request), this::returnAll, failure -> again(failure, this::lookAtAll));
  }

  private void returnAll(TxnResult answer) {
    Set<Bytes> live = new HashSet<>();
    for (KeyValue kv : answer.range(1).kvs()) {
      if (keys.isLive(kv.key())) {
        live.add(keys.suffix(kv.key()));
      }
    }
    for (KeyValue held : answer.range(0).kvs()) {
      if (keys.isHeld(held.key()) && !live.contains(keys.suffix(held.key()))) {
        giveBack(held);
      }
    }
  }

  private void lookAt(Bytes suffix) {
    Futures.onDone(
        store.range(RangeRequest.key(keys.held(suffix))),
        answer -> answer.first().ifPresent(this::giveBack),
        failure -> again(failure, () -> lookAt(suffix)));
  }

  /** Moves an item, if it is held as it was seen and still nobody is alive who holds it. */
  private void giveBack(KeyValue held) {
    Bytes suffix = keys.suffix(held.key());
    WorkRecord record = WorkRecord.decode(held.value());
    boolean claimed = record.state() == WorkRecord.State.CLAIMED;
    boolean dead = claimed && record.attempts() >= mostAttempts;
    String reason =
        claimed
            ? "the session of " + record.reason() + " ended before it was acknowledged"
            : record.reason();
    Bytes value = record.after(WorkRecord.State.AT_REST, reason).encode();
    TxnRequest request =
        TxnRequest.when(
                Compare.absent(keys.live(suffix)),
                Compare.modRevision(held.key(), Relation.EQUAL, held.modRevision()))
            .then(
                Op.delete(held.key()),
                Op.put(dead ? keys.dead(suffix) : keys.item(suffix), value),
                Op.put(keys.back(), Bytes.EMPTY))
            .harmlessToRepeat();
    Futures.onDone(
        store.txn(request),
        answer -> log.debug("{}: {} of a holder that is gone: {}", label, suffix, answer),
        failure -> again(failure, () -> giveBack(held)));
  }

  private void again(Throwable failure, Runnable action) {
    log.debug("{}: what is held could not be returned", label, failure);
    if (failure instanceof RefusedException) {
      lookAtAllLater();
    } else if (failure instanceof UnavailableException && !isClosed()) {
      store.scheduler().schedule(RETRY_PAUSE, action);
    }
  }

  private void lookAtAllLater() {
    lock.lock();
    try {
      if (closed || willLookAtAll) {
        return;
      }
      willLookAtAll = true;
    } finally {
      lock.unlock();
    }
    store.scheduler().schedule(REFUSED_PAUSE, this::lookAtAllNow);
  }

  private void lookAtAllNow() {
    lock.lock();
    try {
      willLookAtAll = false;
      if (closed) {
        return;
      }
    } finally {
      lock.unlock();
    }
    lookAtAll();
  }
}
