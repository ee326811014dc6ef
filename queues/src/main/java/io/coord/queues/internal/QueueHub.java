package io.coord.queues.internal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.core.Bytes;
import io.coord.core.internal.Attachment;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Names;
import io.coord.core.internal.Relay;
import io.coord.core.internal.WeakValues;
import io.coord.core.internal.marked.Markers;
import io.coord.core.internal.session.LeaseSession;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The queues of one connection. Handles of the same queue share what stands behind it, for as long
 * as any handle, call or watch of it is alive; after that it is let go.
 */
public final class QueueHub implements Attachment {

  /** One for those who go in line, and as many others as keep etcd busy. */
  private static final int LANES = 4;

  /** What makes two handles share a queue. */
  private record Identity(Kind kind, String name) {}

  private enum Kind {
    FIFO,
    PRIORITY
  }

  /** What makes two handles of a work queue share its consumer. */
  private record Consumer(LeaseSession session, String name, int mostAttempts) {}

  /** What the keys of markers begin with. */
  static final String MARKERS = "__coord/queues/";

  private final CoordRuntime coord;
  private final Markers markers;
  private final Relay relay = new Relay();
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final WeakValues<Identity, SharedQueue> queues = new WeakValues<>();

  @GuardedBy("lock")
  private final WeakValues<String, SharedWork> work = new WeakValues<>();

  @GuardedBy("lock")
  private final WeakValues<Consumer, WorkClaims> consumers = new WeakValues<>();

  @GuardedBy("lock")
  private boolean closed;

  private QueueHub(CoordRuntime coord) {
    this.coord = coord;
    this.markers = Markers.of(coord, MARKERS);
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
                Stream.generate(() -> new UniqueKeys(prefix, coord.store().scheduler()))
                    .limit(LANES)
                    .toList(),
                item -> 0));
  }

  /** The queue of this name whose items leave in the order of their priorities. */
  public SharedQueue priority(String name) {
    PriorityOrder order = new PriorityOrder(Names.prefix("priority queue", name), Optional.empty());
    return shared(
        new Identity(Kind.PRIORITY, name),
        () ->
            new SharedQueue(
                this,
                name,
                order,
                List.of(new Sequences(order, new Entrance.Open())),
                item -> order.priorityOf(item.key())));
  }

  /** The work queue of this name: what comes in. */
  public SharedWork work(String name) {
    lock.lock();
    try {
      SharedWork found = work.computeIfAbsent(name, made -> new SharedWork(this, made));
      if (closed) {
        found.close();
      }
      return found;
    } finally {
      lock.unlock();
    }
  }

  /** The work queue of this name: what a session claims. */
  public WorkClaims claims(LeaseSession session, String name, int mostAttempts) {
    Gathering gathering = work(name).gathering();
    WorkClaims claims;
    lock.lock();
    try {
      claims =
          consumers.computeIfAbsent(
              new Consumer(session, name, mostAttempts),
              consumer -> new WorkClaims(session, name, mostAttempts, gathering));
    } finally {
      lock.unlock();
    }
    claims.open();
    return claims;
  }

  private SharedQueue shared(Identity identity, Supplier<SharedQueue> maker) {
    lock.lock();
    try {
      SharedQueue found = queues.computeIfAbsent(identity, made -> maker.get());
      if (closed) {
        found.close();
      }
      return found;
    } finally {
      lock.unlock();
    }
  }

  /** Sessions are closed before, and with them the consumers of work queues. */
  @Override
  public void close() {
    List<SharedQueue> openQueues;
    List<SharedWork> openWork;
    lock.lock();
    try {
      closed = true;
      openQueues = queues.alive();
      openWork = work.alive();
    } finally {
      lock.unlock();
    }
    openQueues.forEach(SharedQueue::close);
    openWork.forEach(SharedWork::close);
    markers.close();
  }

  CoordRuntime coord() {
    return coord;
  }

  Markers markers() {
    return markers;
  }

  /** Lets the callers of all queues of the connection wake one another. */
  Relay relay() {
    return relay;
  }
}
