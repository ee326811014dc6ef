package io.coord.queues;

import io.coord.core.Codec;
import io.coord.core.Coord;
import io.coord.core.internal.CoordRuntime;
import io.coord.queues.internal.QueueHub;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A queue that all processes share which use the same etcd, whose items leave by priority: 0 first,
 * 65535 last, and first in, first out among those of one priority. Shares its keys with the
 * priority queue of etcd's Go recipes.
 *
 * <pre>{@code
 * PriorityQueue<String> queue = PriorityQueue.of(coord, "jobs");
 * queue.enqueue("nightly report", 500);
 * queue.enqueue("password reset", 10);
 * ...
 * String job = queue.dequeue();
 * }</pre>
 *
 * <p>Each dequeue takes the item that is first in the queue at the moment of its commit, also when
 * one of a higher priority has come in just before it.
 *
 * <p>Cheap to make: it holds nothing, and needs no closing. Safe to share between threads.
 *
 * @param <T> the type of the values
 */
public final class PriorityQueue<T> extends ItemQueue<T> {

  /** The priority that leaves last. */
  public static final int LOWEST_PRIORITY = 65_535;

  private PriorityQueue(CoordRuntime coord, String name, Codec<T> codec) {
    super(coord, QueueHub.of(coord).priority(name), name, codec);
  }

  /**
   * Names a priority queue whose values are text. Does not block; nothing is written.
   *
   * @param coord the connection
   * @param name the name; any text without NUL that is not empty
   * @return the queue
   * @throws IllegalArgumentException when the name breaks the rule
   */
  public static PriorityQueue<String> of(Coord coord, String name) {
    return of(coord, name, Codec.utf8());
  }

  /**
   * Names a priority queue, as {@link #of(Coord, String)} does.
   *
   * @param <T> the type of the values
   * @param coord the connection
   * @param name the name
   * @param codec turns the values into bytes and back
   * @return the queue
   */
  public static <T> PriorityQueue<T> of(Coord coord, String name, Codec<T> codec) {
    return new PriorityQueue<>(CoordRuntime.of(coord), name, codec);
  }

  /**
   * Puts a value behind all of its priority. Blocks for one round trip; for more when others are
   * enqueuing at the same priority; when etcd is out of reach, for about twice the request timeout.
   * If the answer was lost and etcd is out of reach then, it waits until it can find out what
   * happened: for at most five minutes.
   *
   * @param value the value; etcd takes up to about 1.5 MiB
   * @param priority 0 to {@link #LOWEST_PRIORITY}; the smallest leaves first
   * @return the revision at which it came in
   * @throws IllegalArgumentException when there is no such priority
   * @throws io.coord.core.RefusedException when etcd refuses, because the value is too large say;
   *     the queue is as it was
   * @throws io.coord.core.UnavailableException when no member answered in time; the value is not in
   * @throws io.coord.core.OutcomeUnknownException when the answer was lost at the beginning of an
   *     outage of five minutes, or the connection was closed meanwhile; the value may be in
   * @throws io.coord.core.ClosedException when the connection is closed; the value is not in
   * @throws InterruptedException when the thread is interrupted while it waits; the value may be in
   */
  public long enqueue(T value, int priority) throws InterruptedException {
    return enqueueAll(Collections.singletonList(value), priority);
  }

  /**
   * Does what {@link #enqueue(Object, int)} does, without blocking. Values that are given one after
   * the other come in in that order. Dependent actions run on the connection's callback executor.
   * Cancelling the future keeps the value out only if it has not been sent yet.
   *
   * @param value the value
   * @param priority 0 to {@link #LOWEST_PRIORITY}
   * @return gives the revision at which it came in
   * @throws IllegalArgumentException when there is no such priority
   */
  public CompletableFuture<Long> enqueueAsync(T value, int priority) {
    return enqueueAllAsync(Collections.singletonList(value), priority);
  }

  /**
   * Puts several values of one priority in, together or not at all: in one transaction, in this
   * order, with nothing of the same priority in between.
   *
   * @param values the values: 1 to {@link ItemQueue#MOST_TOGETHER}, and about 1.5 MiB in all
   * @param priority 0 to {@link #LOWEST_PRIORITY}
   * @return the revision at which they came in
   * @throws IllegalArgumentException when there are none or too many, or there is no such priority
   * @throws InterruptedException as with {@link #enqueue}, whose other errors apply here too
   */
  public long enqueueAll(List<T> values, int priority) throws InterruptedException {
    return putAndWait(values, check(priority));
  }

  /**
   * Does what {@link #enqueueAll(List, int)} does, without blocking; see {@link #enqueueAsync}.
   *
   * @param values the values
   * @param priority 0 to {@link #LOWEST_PRIORITY}
   * @return gives the revision at which they came in
   * @throws IllegalArgumentException when there are none or too many, or there is no such priority
   */
  public CompletableFuture<Long> enqueueAllAsync(List<T> values, int priority) {
    return publish(put(values, check(priority)));
  }

  private static int check(int priority) {
    if (priority < 0 || priority > LOWEST_PRIORITY) {
      throw new IllegalArgumentException(
          "the priority is " + priority + "; expected 0 to " + LOWEST_PRIORITY);
    }
    return priority;
  }
}
