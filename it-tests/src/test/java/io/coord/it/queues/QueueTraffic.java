package io.coord.it.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.CoordException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Watch;
import io.coord.core.internal.store.WatchEvent;
import io.coord.core.internal.store.WatchListener;
import io.coord.it.torture.simulated.model.QueueModel;
import io.coord.it.torture.simulated.model.QueueWitness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Threads that enqueue and take on real etcd until told to stop, and an auditor whose watch sees
 * every commit and checks the order with a {@link QueueWitness}.
 */
public final class QueueTraffic {

  private static final Duration BOUND = Duration.ofMinutes(2);

  /** Enqueues one value; blocking. */
  public interface Producing {
    void enqueue(String value, int number) throws InterruptedException;
  }

  /** Takes one value, or none within a time; blocking. */
  public interface Consuming {
    Optional<String> poll() throws InterruptedException;
  }

  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final Map<String, Integer> taken = new ConcurrentHashMap<>();
  private final AtomicInteger enqueued = new AtomicInteger();
  private final AtomicInteger takes = new AtomicInteger();
  private final List<Thread> producers = new ArrayList<>();
  private final List<Thread> consumers = new ArrayList<>();
  private final QueueWitness witness;
  private volatile boolean producing = true;
  private volatile boolean consuming = true;

  public QueueTraffic(String name, QueueModel.Kind kind) {
    this.witness = new QueueWitness(name, kind, rule -> fail(new AssertionError(rule)));
  }

  public void producer(String name, Producing producing) {
    producers.add(
        new Thread(
            () ->
                guarded(
                    () -> {
                      for (int i = 0; this.producing; i++) {
                        producing.enqueue(name + "-" + i, i);
                        enqueued.incrementAndGet();
                      }
                    }),
            name));
  }

  public void consumer(String name, Consuming consuming) {
    consumers.add(
        new Thread(
            () ->
                guarded(
                    () -> {
                      while (this.consuming) {
                        consuming.poll().ifPresent(this::took);
                      }
                    }),
            name));
  }

  private void took(String value) {
    takes.incrementAndGet();
    if (taken.merge(value, 1, Integer::sum) > 1) {
      fail(new AssertionError(value + " was given twice"));
    }
  }

  public void start() {
    producers.forEach(Thread::start);
    consumers.forEach(Thread::start);
  }

  /** Waits until so many more values have come out. */
  public void awaitMore(int count) {
    int before = takes.get();
    await().atMost(BOUND).until(() -> failure.get() != null || takes.get() >= before + count);
    assertThat(failure.get()).isNull();
  }

  /**
   * Stops the producers, lets the consumers empty the queue, and checks that nothing is missing.
   */
  public void finish() throws InterruptedException {
    producing = false;
    join(producers);
    await().atMost(BOUND).until(() -> failure.get() != null || takes.get() == enqueued.get());
    stop();
    assertThat(failure.get()).isNull();
    assertThat(taken).hasSize(enqueued.get());
    await().atMost(BOUND).until(this::witnessSeesNothingLeft);
    assertThat(failure.get()).isNull();
  }

  /** Ends all threads. */
  public void stop() throws InterruptedException {
    producing = false;
    consuming = false;
    join(producers);
    join(consumers);
  }

  private static void join(List<Thread> threads) throws InterruptedException {
    for (Thread thread : threads) {
      thread.join(BOUND.toMillis());
      assertThat(thread.isAlive()).as("%s still runs", thread.getName()).isFalse();
    }
  }

  private synchronized boolean witnessSeesNothingLeft() {
    return witness.isEmpty();
  }

  private void fail(Throwable cause) {
    failure.compareAndSet(null, cause);
  }

  /** What a thread does. */
  private interface Work {
    void run() throws InterruptedException;
  }

  private void guarded(Work work) {
    try {
      work.run();
    } catch (RuntimeException | AssertionError | InterruptedException e) {
      fail(e);
    }
  }

  /** Lets the auditor see every commit from now on; no compaction may overtake it. */
  public Watch audit(Coord auditor) {
    Auditor listener = new Auditor();
    Watch watch = CoordRuntime.of(auditor).store().watch(KeyRange.prefix(Bytes.EMPTY), 0, listener);
    await().atMost(BOUND).until(listener.created::isDone);
    return watch;
  }

  /** Gives the witness the changes of each revision. */
  private final class Auditor implements WatchListener {

    private final CompletableFuture<Long> created = new CompletableFuture<>();

    @Override
    public void onCreated(long revision) {
      created.complete(revision);
    }

    @Override
    public void onEvents(long revision, List<WatchEvent> events) {
      Map<Long, List<WatchEvent>> byRevision = new TreeMap<>();
      for (WatchEvent event : events) {
        byRevision
            .computeIfAbsent(event.kv().modRevision(), absent -> new ArrayList<>())
            .add(event);
      }
      synchronized (QueueTraffic.this) {
        byRevision.values().forEach(witness::committed);
      }
    }

    @Override
    public void onCompacted(long compactRevision) {
      fail(new AssertionError("the auditor was compacted away at " + compactRevision));
    }

    @Override
    public void onFailed(CoordException cause) {
      if (consuming) {
        fail(cause);
      }
    }
  }
}
