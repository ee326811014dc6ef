package io.coord.testkit.sim;

/** What becomes of one request. */
sealed interface Fate {

  /** It arrives, and so does its answer. */
  record Arrives() implements Fate {}

  record RequestLost() implements Fate {}

  record ReplyLost() implements Fate {}

  /** It arrives late by this much. */
  record Late(long nanos) implements Fate {}

  /** It arrives, and a copy of it late by this much. */
  record Twice(long nanos) implements Fate {}
}
