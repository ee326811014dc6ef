package io.coord.testkit.sim;

import java.util.OptionalLong;
import java.util.PriorityQueue;

/**
 * Virtual time and what is to happen in it.
 *
 * <p>Time moves only from event to event. Events of the same moment happen in the order in which
 * they were planned.
 */
final class EventQueue {

  private static final int PURGE_FROM = 1024;

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long now;
  private long planned;
  private long happened;
  private int cancelled;

  /** One thing that is planned to happen. */
  final class Event implements Comparable<Event> {
    private final long time;
    private final long order;
    private final Runnable action;
    private boolean over;

    private Event(long time, long order, Runnable action) {
      this.time = time;
      this.order = order;
      this.action = action;
    }

    /** Takes it off the plan, if it has not happened. */
    void cancel() {
      if (!over) {
        over = true;
        cancelled++;
        purgeIfMostlyCancelled();
      }
    }

    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(time, other.time);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  /** Nanoseconds since the simulation began. */
  long now() {
    return now;
  }

  /** How many events have happened. */
  long happened() {
    return happened;
  }

  Event after(long nanos, Runnable action) {
    return at(now + nanos, action);
  }

  Event at(long time, Runnable action) {
    Event event = new Event(Math.max(time, now), planned++, action);
    events.add(event);
    return event;
  }

  /** The moment of the next event; empty when nothing is planned. */
  OptionalLong next() {
    dropCancelled();
    Event first = events.peek();
    return first == null ? OptionalLong.empty() : OptionalLong.of(first.time);
  }

  /** Lets the next event happen; gives false when nothing is planned. */
  boolean step() {
    dropCancelled();
    Event event = events.poll();
    if (event == null) {
      return false;
    }
    event.over = true;
    now = event.time;
    happened++;
    event.action.run();
    return true;
  }

  /** Moves time forward to a moment before which nothing is planned. */
  void skipTo(long time) {
    now = Math.max(now, time);
  }

  private void dropCancelled() {
    for (Event first = events.peek(); first != null && first.over; first = events.peek()) {
      events.poll();
      cancelled--;
    }
  }

  /** Answered calls leave their timeouts behind; without this the queue would be mostly those. */
  private void purgeIfMostlyCancelled() {
    if (cancelled > PURGE_FROM && cancelled > events.size() / 2) {
      events.removeIf(event -> event.over);
      cancelled = 0;
    }
  }
}
