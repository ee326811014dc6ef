package io.coord.core.internal.line;

import java.util.List;

/**
 * Those of this process whose keys are read by the transaction that leaves: who will be admitted
 * once somebody has left, so that its answer is their checked grant, or whose turn comes soon
 * after. Where they are many, or it is not known who they are, it reads the line: one operation for
 * any number.
 */
record Successors(List<Ticket> tickets, Reading reading) {

  /** What is read to see them. */
  private enum Reading {
    NOTHING,
    KEYS,
    LINE
  }

  private static final int MOST_READ_BY_KEY = 16;

  /** Nobody of this process who would need the answer. */
  static final Successors NOBODY = new Successors(List.of(), Reading.NOTHING);

  /** Whoever there may be. */
  static final Successors UNKNOWN = new Successors(List.of(), Reading.LINE);

  Successors {
    tickets = List.copyOf(tickets);
  }

  static Successors of(List<Ticket> tickets) {
    return new Successors(tickets, tickets.size() > MOST_READ_BY_KEY ? Reading.LINE : Reading.KEYS);
  }

  /** Whether nobody of this process needs the answer of the one who leaves. */
  boolean isNobody() {
    return reading == Reading.NOTHING;
  }

  /** Whether the line is read instead of the key of each. */
  boolean isLine() {
    return reading == Reading.LINE;
  }
}
