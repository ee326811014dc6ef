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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Brings items back whose holder is gone: its session died, or the delay is over.
 *
 * Whoever holds items, a session or a delay, has one key `live` under its lease, and whatever it holds
 * lies below its name. When live is gone the lease has ended, and for good: etcd gives out no lease
 * twice. Nothing is held by it any more that was not before, since whoever has an item held puts live
 * under the lease, too. So what lies there then is read once, and moved. Every consumer watches for
 * that; the transaction that moves an item compares the revision of held, so it moves once, whoever is
 * first, however often it is repeated and however late a copy arrives.
 *
 * Watch, then read: when the watch stands, all that is held is looked at once; from then on the events
 * tell, of which those of deletions suffice. After a compaction the watch is opened anew, and everything
 * is looked at again; and so, after a while, when etcd refuses the watch, for a missing permission say.
 * What fails for want of etcd is looked at again after a while; when etcd refuses, because its database
 * is full say, everything is, once for all that was refused.
 */

/** Returns the items of one work queue. Owned by a consumer, who closes it. */
final class WorkReturner implements WatchListener {

  private static final Logger log = LoggerFactory.getLogger(WorkReturner.class);
  private static final Duration RETRY_PAUSE = Duration.ofMillis(300);
  private static final Duration REFUSED_PAUSE = Duration.ofSeconds(5);

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
    Watch opened = store.watch(keys.allLive(), 0, Changes.DELETIONS, this);
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
    for (WatchEvent event : events) {
      if (keys.isLive(event.kv().key())) {
        lookAt(keys.holderOfLive(event.kv().key()));
      }
    }
  }

  @Override
  public void onCompacted(long compactRevision) {
    openAgain();
  }

  @Override
  public void onFailed(CoordException cause) {
    log.debug("{}: what is held is not watched for a while", label, cause);
    store.scheduler().schedule(REFUSED_PAUSE, this::openAgain);
  }

  private void openAgain() {
    if (!isClosed()) {
      open();
    }
  }

  private void lookAtAll() {
    TxnRequest request =
        TxnRequest.of(
            Op.get(RangeRequest.of(keys.allHeld()).keysOnly()),
            Op.get(RangeRequest.of(keys.allLive()).keysOnly()));
    Futures.onDone(
        store.txn(request), this::lookAtThoseGone, failure -> again(failure, this::lookAtAll));
  }

  private void lookAtThoseGone(TxnResult answer) {
    Set<Bytes> gone = new LinkedHashSet<>();
    for (KeyValue kv : answer.range(0).kvs()) {
      if (keys.isHeld(kv.key())) {
        gone.add(keys.holderOfHeld(kv.key()));
      }
    }
    for (KeyValue kv : answer.range(1).kvs()) {
      if (keys.isLive(kv.key())) {
        gone.remove(keys.holderOfLive(kv.key()));
      }
    }
    gone.forEach(this::lookAt);
  }

  /** Returns what is held by somebody who is gone. */
  private void lookAt(Bytes holder) {
    Futures.onDone(
        MomentReader.read(store, keys.allHeldBy(holder)),
        found -> found.stream().filter(kv -> keys.isHeld(kv.key())).forEach(this::giveBack),
        failure -> again(failure, () -> lookAt(holder)));
  }

  /** Moves an item, if it is held as it was seen. */
  private void giveBack(KeyValue held) {
    Bytes suffix = keys.suffix(held.key());
    WorkRecord record = WorkRecord.decode(held.value());
    boolean claimed = record.state() == WorkRecord.State.CLAIMED;
    boolean dead = claimed && record.attempts() >= mostAttempts;
    String reason =
        record
            .claimer()
            .map(by -> "the session of " + by.client() + " ended before it was acknowledged")
            .orElse(record.reason());
    Bytes value = record.after(WorkRecord.State.AT_REST, reason).encode();
    TxnRequest request =
        TxnRequest.when(Compare.modRevision(held.key(), Relation.EQUAL, held.modRevision()))
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
