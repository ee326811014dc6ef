package io.coord.cli.queue;

import java.util.Locale;

/** The kinds of queues. They have different keys: one name may stand for one of each. */
public enum QueueKind {
  QUEUE,
  PQUEUE,
  WORK;

  /** As it is typed. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
