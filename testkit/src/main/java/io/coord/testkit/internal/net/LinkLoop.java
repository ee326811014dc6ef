package io.coord.testkit.internal.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that moves the bytes of all links of a cluster.
 *
 * <p>All state of links and relays belongs to this thread. Other threads reach it through {@link
 * #call}, which hands a task over and waits for its result. Closing the loop closes every channel
 * that is registered with it.
 */
public final class LinkLoop implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LinkLoop.class);
  private static final int SCRATCH_BYTES = 128 * 1024;

  /** What a channel's key carries: the owner that acts when the channel is ready. */
  interface Ready {
    void ready(SelectionKey key) throws IOException;

    void failed(IOException cause);
  }

  private record Timer(long dueNanos, Runnable task) {}

  private final Selector selector;
  private final Thread thread;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final long originNanos = System.nanoTime();
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(Comparator.comparingLong((Timer timer) -> timer.dueNanos - originNanos));
  private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_BYTES);
  private volatile boolean closed;

  /**
   * Starts the thread.
   *
   * @param name the cluster's name, for the thread's
   */
  public LinkLoop(String name) {
    try {
      selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open a selector for the links of " + name, e);
    }
    thread = new Thread(this::run, name + "-links");
    thread.setDaemon(true);
    thread.start();
  }

  /** Runs a task on the loop's thread and gives its result; from the loop's thread, at once. */
  <T> T call(Supplier<T> task) {
    if (Thread.currentThread() == thread) {
      return task.get();
    }
    CompletableFuture<T> result = new CompletableFuture<>();
    tasks.add(
        () -> {
          try {
            result.complete(task.get());
          } catch (RuntimeException e) {
            result.completeExceptionally(e);
          }
        });
    if (closed) {
      throw new IllegalStateException("the links of this cluster are closed");
    }
    selector.wakeup();
    try {
      return result.join();
    } catch (CompletionException e) {
      throw new IllegalStateException("a link of this cluster could not be changed", e.getCause());
    }
  }

  void run(Runnable task) {
    call(
        () -> {
          task.run();
          return true;
        });
  }

  /** Makes the system close what was closed here, which a selector otherwise puts off. */
  void finishCloses() {
    try {
      selector.selectNow();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close channels of " + thread.getName(), e);
    }
  }

  SelectionKey register(SelectableChannel channel, int operations, Ready owner) throws IOException {
    channel.configureBlocking(false);
    return channel.register(selector, operations, owner);
  }

  void at(long dueNanos, Runnable task) {
    timers.add(new Timer(dueNanos, task));
  }

  /** A buffer for use within one step of the loop. */
  ByteBuffer scratch() {
    return scratch.clear();
  }

  private void run() {
    try {
      while (!closed) {
        select();
        runTasks();
        runTimers();
        for (SelectionKey key : List.copyOf(selector.selectedKeys())) {
          serve(key);
        }
        selector.selectedKeys().clear();
      }
    } catch (IOException e) {
      LOG.warn("{}: the links ended", thread.getName(), e);
    } finally {
      closed = true;
      closeChannels();
      runTasks();
    }
  }

  private void select() throws IOException {
    Timer next = timers.peek();
    if (next == null) {
      selector.select();
      return;
    }
    long waitNanos = next.dueNanos - System.nanoTime();
    if (waitNanos <= 0) {
      selector.selectNow();
    } else {
      selector.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(waitNanos + 999_999)));
    }
  }

  private void runTasks() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  private void runTimers() {
    long now = System.nanoTime();
    List<Runnable> due = new ArrayList<>();
    while (!timers.isEmpty() && timers.element().dueNanos - now <= 0) {
      due.add(timers.remove().task);
    }
    due.forEach(Runnable::run);
  }

  private static void serve(SelectionKey key) {
    Ready owner = (Ready) key.attachment();
    try {
      if (key.isValid()) {
        owner.ready(key);
      }
    } catch (CancelledKeyException e) {
      LOG.trace("a channel was closed while it was served", e);
    } catch (IOException e) {
      owner.failed(e);
    }
  }

  private void closeChannels() {
    try {
      for (SelectionKey key : List.copyOf(selector.keys())) {
        key.channel().close();
      }
      selector.close();
    } catch (IOException e) {
      LOG.debug("{}: closing a channel failed", thread.getName(), e);
    }
  }

  /** Closes every channel and ends the thread. A second call does nothing. */
  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
