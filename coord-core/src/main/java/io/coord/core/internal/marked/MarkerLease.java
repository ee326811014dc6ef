package io.coord.core.internal.marked;

import io.coord.core.Bytes;
import io.coord.core.internal.session.LeaseSession;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;

/** The markers under one lease: those that no transaction uses at the moment, and new ones. */
final class MarkerLease {

  private static final Bytes NEW = Bytes.utf8("new");

  private final LeaseSession session;
  private final Bytes prefix;
  private final Deque<Marker> free = new ConcurrentLinkedDeque<>();
  private final AtomicLong tags = new AtomicLong();

  MarkerLease(LeaseSession session, Bytes prefix) {
    this.session = session;
    this.prefix = prefix;
  }

  LeaseSession session() {
    return session;
  }

  /**
   * The marker that was given back last, so that few keys serve many transactions. When there is
   * none, a new one, once it has been put: see {@link MarkedTxn}.
   */
  CompletableFuture<Marker> take(Store store) {
    Marker marker = free.pollFirst();
    return marker != null ? CompletableFuture.completedFuture(marker) : create(store);
  }

  /** Makes a marker usable for the next one. One whose state is not known is not given back. */
  void giveBack(Marker marker) {
    free.addFirst(marker);
  }

  /** Uses none of the free markers again: one was found missing, so the others may be too. */
  void dropFree() {
    free.clear();
  }

  /** A beginning of values that no marker of this lease has ever had; ends in a slash. */
  String nextTag() {
    return tags.incrementAndGet() + "/";
  }

  private CompletableFuture<Marker> create(Store store) {
    Bytes key = prefix.concat(Bytes.utf8(session.takeKeyName()));
    TxnRequest request =
        TxnRequest.when(Compare.absent(key))
            .then(Op.put(key, NEW, session.lease()))
            .otherwise(Op.get(key))
            .harmlessToRepeat();
    return store.txn(request).thenApply(answer -> new Marker(this, key, putAt(answer)));
  }

  private static long putAt(TxnResult answer) {
    return answer.succeeded()
        ? answer.revision()
        : answer.range(0).first().orElseThrow().modRevision();
  }
}
