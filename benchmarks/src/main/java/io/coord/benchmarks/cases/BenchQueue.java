package io.coord.benchmarks.cases;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.queues.PriorityQueue;
import io.coord.queues.Queue;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A queue as a worker sees it. */
interface BenchQueue {

  void enqueue(String item, int priority) throws InterruptedException;

  /** Puts several in, in their order. */
  CompletableFuture<Long> enqueueAll(List<String> items, int priority);

  String dequeue() throws InterruptedException;

  /** The two kinds of queues. */
  enum Kind {
    FIFO {
      @Override
      BenchQueue of(Coord coord, String name) {
        return new Fifo(Queue.of(coord, name));
      }

      @Override
      Comparator<KeyValue> order() {
        return Comparator.comparingLong(KeyValue::modRevision).thenComparing(KeyValue::key);
      }
    },
    PRIORITY {
      @Override
      BenchQueue of(Coord coord, String name) {
        return new ByPriority(PriorityQueue.of(coord, name));
      }

      @Override
      Comparator<KeyValue> order() {
        return Comparator.comparing(KeyValue::key);
      }
    };

    abstract BenchQueue of(Coord coord, String name);

    /** The order in which items leave, told from what etcd stores. */
    abstract Comparator<KeyValue> order();

    /** Every item of a queue. */
    static KeyRange items(String name) {
      return KeyRange.prefix(Bytes.utf8(name + "/"));
    }
  }

  /** Priorities mean nothing to it. */
  record Fifo(Queue<String> queue) implements BenchQueue {

    @Override
    public void enqueue(String item, int priority) throws InterruptedException {
      queue.enqueue(item);
    }

    @Override
    public CompletableFuture<Long> enqueueAll(List<String> items, int priority) {
      return queue.enqueueAllAsync(items);
    }

    @Override
    public String dequeue() throws InterruptedException {
      return queue.dequeue();
    }
  }

  /** The smallest priority leaves first. */
  record ByPriority(PriorityQueue<String> queue) implements BenchQueue {

    @Override
    public void enqueue(String item, int priority) throws InterruptedException {
      queue.enqueue(item, priority);
    }

    @Override
    public CompletableFuture<Long> enqueueAll(List<String> items, int priority) {
      return queue.enqueueAllAsync(items, priority);
    }

    @Override
    public String dequeue() throws InterruptedException {
      return queue.dequeue();
    }
  }
}
