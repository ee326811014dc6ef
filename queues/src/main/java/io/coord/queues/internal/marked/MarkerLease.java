package io.coord.queues.internal.marked;

import io.coord.core.Bytes;
import io.coord.core.internal.session.LeaseSession;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;

/** The markers under one lease: those that no transaction uses at the moment, and new ones. */
final class MarkerLease {

  private static final String PREFIX = "__coord/queues/";

  private final LeaseSession session;
  private final Deque<Marker> free = new ConcurrentLinkedDeque<>();
  private final AtomicLong tags = new AtomicLong();

  MarkerLease(LeaseSession session) {
    this.session = session;
  }

  LeaseSession session() {
    return session;
  }

  /** The marker that was given back last, so that few keys serve many transactions. */
  Marker take() {
    Marker marker = free.pollFirst();
    return marker != null ? marker : create();
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

  private Marker create() {
    return new Marker(this, Bytes.utf8(PREFIX + session.takeKeyName()), 0);
  }
}
