package io.coord.queues;

import io.coord.core.Codec;
import io.coord.core.Coord;
import io.coord.core.internal.CoordRuntime;
import io.coord.queues.internal.QueueHub;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A queue that all processes share which use the same etcd: first in, first out, in the order of
 * the commits. Shares its keys with the queue of etcd's Go recipes: producers and consumers of both
 * kinds can use one queue.
 *
 * <pre>{@code
 * Queue<String> queue = Queue.of(coord, "mails");
 * queue.enqueue("to: ann");
 * ...
 * String mail = queue.dequeue();
 * }</pre>
 *
 * <p>Each dequeue takes the oldest item that is in the queue at the moment of its commit. Consumers
 * that take at the same time commit one after the other; which of them is told first is not
 * promised. What one producer puts, one after the other or without waiting, leaves in that order.
 *
 * <p>Cheap to make: it holds nothing, and needs no closing. Safe to share between threads.
 *
 * @param <T> the type of the values
 */
public final class Queue<T> extends ItemQueue<T> {

  private Queue(CoordRuntime coord, String name, Codec<T> codec) {
    super(coord, QueueHub.of(coord).fifo(name), name, codec);
  }

  /**
   * Names a queue whose values are text. Does not block; nothing is written.
   *
   * @param coord the connection
   * @param name the name; any text without NUL that is not empty
   * @return the queue
   * @throws IllegalArgumentException when the name breaks the rule
   */
  public static Queue<String> of(Coord coord, String name) {
    return of(coord, name, Codec.utf8());
  }

  /**
   * Names a queue, as {@link #of(Coord, String)} does.
   *
   * @param <T> the type of the values
   * @param coord the connection
   * @param name the name
   * @param codec turns the values into bytes and back
   * @return the queue
   */
  public static <T> Queue<T> of(Coord coord, String name, Codec<T> codec) {
    return new Queue<>(CoordRuntime.of(coord), name, codec);
  }

  /**
   * Puts a value at the end. Blocks for one round trip, or two when others of this process are
   * enqueuing; when etcd is out of reach, for about twice the request timeout. If the answer was
   * lost and etcd is out of reach then, it waits until it can find out what happened: for at most
   * five minutes.
   *
   * @param value the value; etcd takes up to about 1.5 MiB
   * @return the revision at which it came in, by which items are ordered
   * @throws io.coord.core.RefusedException when etcd refuses, because the value is too large say;
   *     the queue is as it was
   * @throws io.coord.core.UnavailableException when no member answered in time; the value is not in
   * @throws io.coord.core.OutcomeUnknownException when the answer was lost at the beginning of an
   *     outage of five minutes, or the connection was closed meanwhile; the value may be in
   * @throws io.coord.core.ClosedException when the connection is closed; the value is not in
   * @throws InterruptedException when the thread is interrupted while it waits; the value may be in
   */
  public long enqueue(T value) throws InterruptedException {
    return enqueueAll(Collections.singletonList(value));
  }

  /**
   * Does what {@link #enqueue(Object)} does, without blocking. Values that are given one after the
   * other come in in that order. Dependent actions run on the connection's callback executor.
   * Cancelling the future keeps the value out only if it has not been sent yet.
   *
   * @param value the value
   * @return gives the revision at which it came in
   */
  public CompletableFuture<Long> enqueueAsync(T value) {
    return enqueueAllAsync(Collections.singletonList(value));
  }

  /**
   * Puts several values at the end, together or not at all: in one transaction, in this order, with
   * nothing in between. A consumer on etcd's Go recipes may take them in another order.
   *
   * @param values the values: 1 to {@link ItemQueue#MOST_TOGETHER}, and about 1.5 MiB in all
   * @return the revision at which they came in
   * @throws IllegalArgumentException when there are none or too many
   * @throws InterruptedException as with {@link #enqueue(Object)}, whose other errors apply here
   *     too
   */
  public long enqueueAll(List<T> values) throws InterruptedException {
    return putAndWait(values, 0);
  }

  /**
   * Does what {@link #enqueueAll(List)} does, without blocking; see {@link #enqueueAsync(Object)}.
   *
   * @param values the values
   * @return gives the revision at which they came in
   * @throws IllegalArgumentException when there are none or too many
   */
  public CompletableFuture<Long> enqueueAllAsync(List<T> values) {
    return publish(put(values, 0));
  }
}
