package io.coord.core.internal.session;

import io.coord.core.ClosedException;
import io.coord.core.Session;
import io.coord.core.SessionListener;
import io.coord.core.SessionLoss;
import io.coord.core.SessionState;
import io.coord.core.internal.SerialExecutor;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the log, the listeners and whoever awaits the loss what has become of a session: one change
 * at a time and in order, on the callback executor. A state is noted under the session's lock, and
 * told later, under none. Safe to share between threads.
 */
final class Announcements {

  private static final Logger log = LoggerFactory.getLogger(LeaseSession.class);

  private final Session session;
  private final String label;
  private final Executor callbacks;
  private final SerialExecutor inOrder;
  private final List<SessionListener> listeners = new CopyOnWriteArrayList<>();
  private final CompletableFuture<SessionLoss> lost = new CompletableFuture<>();
  private final CompletionStage<SessionLoss> lostStage = lost.minimalCompletionStage();
  private final Queue<Tenure> untold = new ConcurrentLinkedQueue<>();
  private volatile Optional<Tenure> end = Optional.empty();

  Announcements(Session session, String label, Executor callbacks) {
    this.session = session;
    this.label = label;
    this.callbacks = callbacks;
    this.inOrder = new SerialExecutor(this::run, "session " + label);
  }

  void add(SessionListener listener) {
    listeners.add(listener);
  }

  void remove(SessionListener listener) {
    listeners.remove(listener);
  }

  /** Completes when the session is lost, and fails when it is closed first. */
  CompletionStage<SessionLoss> lost() {
    return lostStage;
  }

  /** Takes note of a state that the session has changed to; calls nobody. */
  void note(Tenure after) {
    if (after.isOver()) {
      end = Optional.of(after);
    }
    untold.add(after);
  }

  /** Logs a state that was noted, and has everything told that was. */
  void announce(Tenure after) {
    switch (after.state()) {
      case LOST -> log.warn("session {}: lost: {}", label, after.loss().orElseThrow().detail());
      case SUSPENDED ->
          log.warn("session {}: no keep-alive answered for two thirds of its time to live", label);
      case ACTIVE -> log.info("session {}: keep-alives are answered again", label);
      case CLOSED -> log.debug("session {}: closed", label);
    }
    inOrder.execute(this::tellAll);
  }

  /** Each listener in a task of its own: what one of them throws is no other's concern. */
  private void tellAll() {
    for (Tenure next = untold.poll(); next != null; next = untold.poll()) {
      Tenure after = next;
      for (SessionListener listener : listeners) {
        inOrder.execute(() -> tell(listener, after.state()));
      }
      inOrder.execute(() -> conclude(after));
    }
  }

  private void conclude(Tenure after) {
    if (after.state() == SessionState.LOST) {
      lost.complete(after.loss().orElseThrow());
    } else if (after.state() == SessionState.CLOSED) {
      lost.completeExceptionally(
          new ClosedException("session " + label + " was closed before it was lost", null));
    }
  }

  /**
   * A state that the executor refused to tell is dropped; who awaits the loss is told even when it
   * takes no more tasks.
   */
  private void run(Runnable task) {
    try {
      callbacks.execute(task);
    } catch (RejectedExecutionException refused) {
      untold.poll();
      end.ifPresent(this::conclude);
      throw refused;
    }
  }

  /** Whoever was removed while its task waited is told no more. */
  private void tell(SessionListener listener, SessionState state) {
    if (!listeners.contains(listener)) {
      return;
    }
    try {
      listener.stateChanged(session, state);
    } catch (RuntimeException e) {
      log.error("session {}: a listener failed on {}", label, state, e);
    }
  }
}
