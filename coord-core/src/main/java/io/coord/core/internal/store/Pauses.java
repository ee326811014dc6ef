package io.coord.core.internal.store;

import io.coord.core.ClosedException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Pauses that end when their time is up, or with the connection: a closed store drops its timers,
 * and whoever waits for one must still be told.
 */
public final class Pauses {

  private final String connection;
  private final Scheduler scheduler;
  private final Set<Pause> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * None yet.
   *
   * @param connection its name, for who is told
   */
  public Pauses(String connection, Scheduler scheduler) {
    this.connection = connection;
    this.scheduler = scheduler;
  }

  /** Completes on the store's thread; fails with {@link ClosedException} when closed before. */
  public CompletableFuture<Void> pause(Duration length) {
    Pause pause = new Pause();
    open.add(pause);
    scheduler.schedule(length, pause::over);
    if (closed) {
      pause.cutShort();
    }
    return pause.end;
  }

  /** Ends the pauses that are under way, and every later one at once. */
  public void close() {
    closed = true;
    open.forEach(Pause::cutShort);
  }

  /** One pause. */
  private final class Pause {
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    void over() {
      open.remove(this);
      end.complete(null);
    }

    void cutShort() {
      open.remove(this);
      end.completeExceptionally(
          new ClosedException("connection " + connection + " was closed", null));
    }
  }
}
