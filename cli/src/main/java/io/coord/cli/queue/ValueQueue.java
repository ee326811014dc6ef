package io.coord.cli.queue;

import io.coord.core.Bytes;
import io.coord.core.Codec;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.queues.Claim;
import io.coord.queues.EnqueueOptions;
import io.coord.queues.ItemQueue;
import io.coord.queues.PriorityQueue;
import io.coord.queues.Queue;
import io.coord.queues.WorkQueue;
import io.coord.queues.WorkQueueOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A queue of any kind, for values that come and go. */
public interface ValueQueue extends AutoCloseable {

  /** A value that has been taken. */
  interface Taken {

    Bytes value();

    /** It has reached whom it is for: it will not come back. */
    void done() throws InterruptedException;
  }

  /** Puts a value in. */
  CompletableFuture<Long> push(Bytes value, int priority);

  /**
   * Takes the first value. Waits for one, without end or for a time; when it is interrupted while
   * it takes one, it gives that, and keeps the interrupt status.
   */
  Optional<Taken> take(Optional<Duration> timeout) throws InterruptedException;

  @Override
  void close();

  /**
   * Opens one.
   *
   * @param ttl for what needs a session
   */
  static ValueQueue open(QueueKind kind, Coord coord, Duration ttl, String name)
      throws InterruptedException {
    return switch (kind) {
      case QUEUE -> {
        Queue<Bytes> queue = Queue.of(coord, name, Codec.bytes());
        yield new Plain(queue, (value, priority) -> queue.enqueueAsync(value));
      }
      case PQUEUE -> {
        PriorityQueue<Bytes> queue = PriorityQueue.of(coord, name, Codec.bytes());
        yield new Plain(queue, queue::enqueueAsync);
      }
      case WORK -> Work.open(coord.openSession(ttl), name);
    };
  }

  /** Puts a value into a queue. */
  interface Push {
    CompletableFuture<Long> put(Bytes value, int priority);
  }

  /** A queue whose values are gone when they are taken. */
  record Plain(ItemQueue<Bytes> queue, Push push) implements ValueQueue {

    private record Gone(Bytes value) implements Taken {
      @Override
      public void done() {}
    }

    @Override
    public CompletableFuture<Long> push(Bytes value, int priority) {
      return push.put(value, priority);
    }

    @Override
    public Optional<Taken> take(Optional<Duration> timeout) throws InterruptedException {
      return timeout.isPresent()
          ? queue.poll(timeout.get()).map(Gone::new)
          : Optional.of(new Gone(queue.dequeue()));
    }

    @Override
    public void close() {}
  }

  /** A queue whose values come back unless they are done. */
  record Work(Session session, WorkQueue<Bytes> queue) implements ValueQueue {

    /** When an item is dead is for its own consumers to say. */
    private static final WorkQueueOptions OPTIONS =
        WorkQueueOptions.defaults().withMaxAttempts(Integer.MAX_VALUE);

    private record Claimed(Claim<Bytes> claim) implements Taken {
      @Override
      public Bytes value() {
        return claim.value();
      }

      @Override
      public void done() throws InterruptedException {
        claim.ack();
      }
    }

    static Work open(Session session, String name) {
      return new Work(session, WorkQueue.of(session, name, Codec.bytes(), OPTIONS));
    }

    @Override
    public CompletableFuture<Long> push(Bytes value, int priority) {
      return queue.enqueueAsync(value, EnqueueOptions.defaults().withPriority(priority));
    }

    @Override
    public Optional<Taken> take(Optional<Duration> timeout) throws InterruptedException {
      return timeout.isPresent()
          ? queue.claim(timeout.get()).map(Claimed::new)
          : Optional.of(new Claimed(queue.claim()));
    }

    @Override
    public void close() {
      session.close();
    }
  }
}
