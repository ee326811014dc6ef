package io.coord.core.internal.line;

import java.util.List;

/**
 * Those of this process who will be admitted once somebody has left: their keys are read by the
 * transaction that leaves, so that its answer is their checked grant.
 */
record Successors(List<Ticket> tickets) {

  private static final int MOST_READ_BY_KEY = 16;

  static final Successors NOBODY = new Successors(List.of());

  Successors {
    tickets = List.copyOf(tickets);
  }

  /** So many that the line is read instead of the key of each: one operation for any number. */
  boolean isCrowd() {
    return tickets.size() > MOST_READ_BY_KEY;
  }
}
