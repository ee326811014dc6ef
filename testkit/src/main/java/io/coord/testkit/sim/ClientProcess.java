package io.coord.testkit.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * One client's process, as far as faults reach it: whether it runs, whether it can be reached, and
 * what waits for it.
 *
 * <p>Everything that happens inside the client goes through {@link #message} or {@link #task}.
 * While the process is paused both pile up; messages stay in order among themselves, and so do
 * tasks, but on resuming either kind may come first, as after SIGCONT.
 */
final class ClientProcess {

  private final String name;
  private final World world;
  private final long clockOrigin;
  private final List<ScriptedFault> script = new ArrayList<>();
  private final List<Runnable> heldRequests = new ArrayList<>();
  private final Deque<Runnable> waitingMessages = new ArrayDeque<>();
  private final Deque<Runnable> waitingTasks = new ArrayDeque<>();
  private State state = State.RUNNING;
  private boolean cutOff;

  private enum State {
    RUNNING,
    PAUSED,
    DEAD
  }

  private record ScriptedFault(RequestKind kind, Fate fate) {}

  ClientProcess(String name, World world) {
    this.name = name;
    this.world = world;
    this.clockOrigin = world.dice().anyLong();
  }

  String name() {
    return name;
  }

  /** The client's monotonic clock. Its origin is arbitrary, and it may overflow, as Java's may. */
  long nanoTime() {
    return clockOrigin + world.queue().now();
  }

  void log(String action, Object detail) {
    world.history().add(name, action, detail);
  }

  /** Lets something that arrived from outside happen in the client. */
  void message(Runnable arrival) {
    if (state == State.RUNNING) {
      arrival.run();
    } else if (state == State.PAUSED) {
      waitingMessages.add(arrival);
    }
  }

  /** Plans something that the client does by itself. */
  Task task(long delayNanos, Runnable action) {
    return new Task(delayNanos, action);
  }

  /** Something that the client does by itself, at its time or when it is resumed after that. */
  final class Task {
    private final Runnable action;
    private final EventQueue.Event event;
    private boolean cancelled;

    private Task(long delayNanos, Runnable action) {
      this.action = action;
      this.event = world.queue().after(delayNanos, this::fire);
    }

    void cancel() {
      cancelled = true;
      event.cancel();
    }

    private void fire() {
      if (state == State.PAUSED) {
        waitingTasks.add(this::fire);
      } else if (state == State.RUNNING && !cancelled) {
        action.run();
      }
    }
  }

  void pause() {
    if (state == State.RUNNING) {
      state = State.PAUSED;
      log("is paused", "");
    }
  }

  void resume() {
    world.queue().after(0, this::wakeUp);
  }

  private void wakeUp() {
    if (state != State.PAUSED) {
      return;
    }
    state = State.RUNNING;
    log("is resumed", "");
    boolean messagesFirst = world.dice().chance(0.5);
    catchUpWith(messagesFirst ? waitingMessages : waitingTasks);
    catchUpWith(messagesFirst ? waitingTasks : waitingMessages);
  }

  private void catchUpWith(Deque<Runnable> waiting) {
    while (state == State.RUNNING && !waiting.isEmpty()) {
      waiting.removeFirst().run();
    }
  }

  /** Ends the process for good, without its noticing: nothing is closed, nothing is revoked. */
  void die() {
    state = State.DEAD;
    waitingMessages.clear();
    waitingTasks.clear();
    log("dies", "");
  }

  boolean isDead() {
    return state == State.DEAD;
  }

  boolean isCutOff() {
    return cutOff;
  }

  void cutOff() {
    cutOff = true;
    log("is cut off", "");
  }

  /** Ends a partition; what the network held goes on its way. */
  void reconnect() {
    if (cutOff) {
      cutOff = false;
      log("is reconnected", "");
      heldRequests.forEach(Runnable::run);
      heldRequests.clear();
    }
  }

  /** Keeps a request that ran into the partition until that ends. */
  void hold(Runnable request) {
    heldRequests.add(request);
  }

  /** Makes the next request of a kind meet a fate. */
  void script(RequestKind kind, Fate fate) {
    script.add(new ScriptedFault(kind, fate));
  }

  /** Takes the fate that was scripted for a request, if one was. */
  Optional<Fate> scriptedFate(RequestKind kind) {
    for (Iterator<ScriptedFault> faults = script.iterator(); faults.hasNext(); ) {
      ScriptedFault fault = faults.next();
      if (fault.kind().matches(kind)) {
        faults.remove();
        return Optional.of(fault.fate());
      }
    }
    return Optional.empty();
  }
}
