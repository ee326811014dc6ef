package io.coord.barriers.internal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.core.Bytes;
import io.coord.core.internal.Attachment;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.WeakValues;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The counts of one connection. Handles of the same latch share one, for as long as any of them, or
 * a change of it, is alive.
 */
public final class Counters implements Attachment {

  private final CoordRuntime coord;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final WeakValues<Bytes, Counter> counters = new WeakValues<>();

  private Counters(CoordRuntime coord) {
    this.coord = coord;
  }

  /** Those of a connection. */
  public static Counters of(CoordRuntime coord) {
    return coord.attachment(Counters.class, Counters::new);
  }

  /** The count with this key. */
  public Counter get(Bytes key) {
    lock.lock();
    try {
      return counters.computeIfAbsent(key, made -> new Counter(coord, made));
    } finally {
      lock.unlock();
    }
  }

  /** Nothing of its own is open: what is under way ends with the markers and the futures. */
  @Override
  public void close() {}
}
