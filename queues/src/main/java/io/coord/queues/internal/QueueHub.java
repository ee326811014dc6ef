package io.coord.queues.internal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.core.Bytes;
import io.coord.core.internal.Attachment;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Names;
import io.coord.queues.internal.marked.Markers;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The queues of one connection. Handles of the same queue share what stands behind it, for as long
 * as any handle, call or watch of it is alive; after that it is let go.
 */
public final class QueueHub implements Attachment {

  /** What makes two handles share a queue. */
  private record Identity(Kind kind, String name) {}

  private enum Kind {
    FIFO,
    PRIORITY
  }

  private final CoordRuntime coord;
  private final Markers markers;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final Map<Identity, WeakReference<SharedQueue>> queues = new HashMap<>();

  @GuardedBy("lock")
  private boolean closed;

  private QueueHub(CoordRuntime coord) {
    this.coord = coord;
    this.markers = new Markers(coord);
  }

  /** The connection's hub; made with its first queue, and closed by it. */
  public static QueueHub of(CoordRuntime coord) {
    return coord.attachment(QueueHub.class, QueueHub::new);
  }

  /** The queue of this name whose items leave in the order in which they came. */
  public SharedQueue fifo(String name) {
    Bytes prefix = Names.prefix("queue", name);
    return shared(
        new Identity(Kind.FIFO, name),
        () ->
            new SharedQueue(
                this,
                name,
                new FifoOrder(prefix),
                new UniqueKeys(prefix, coord.store().scheduler().randomLong()),
                item -> 0));
  }

  /** The queue of this name whose items leave in the order of their priorities. */
  public SharedQueue priority(String name) {
    PriorityOrder order = new PriorityOrder(Names.prefix("priority queue", name));
    return shared(
        new Identity(Kind.PRIORITY, name),
        () ->
            new SharedQueue(
                this, name, order, new Sequences(order), item -> order.priorityOf(item.key())));
  }

  private SharedQueue shared(Identity identity, Supplier<SharedQueue> maker) {
    lock.lock();
    try {
      WeakReference<SharedQueue> reference = queues.get(identity);
      SharedQueue known = reference == null ? null : reference.get();
      if (known != null) {
        return known;
      }
      queues.values().removeIf(other -> other.get() == null);
      SharedQueue made = maker.get();
      queues.put(identity, new WeakReference<>(made));
      if (closed) {
        made.close();
      }
      return made;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    List<SharedQueue> open;
    lock.lock();
    try {
      closed = true;
      open = queues.values().stream().map(WeakReference::get).filter(Objects::nonNull).toList();
    } finally {
      lock.unlock();
    }
    open.forEach(SharedQueue::close);
    markers.close();
  }

  CoordRuntime coord() {
    return coord;
  }

  Markers markers() {
    return markers;
  }
}
