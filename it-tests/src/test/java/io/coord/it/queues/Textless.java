package io.coord.it.queues;

import java.util.stream.Stream;

/** What handlers may throw: exceptions of somebody's own making that say nothing of themselves. */
final class Textless {

  private Textless() {}

  static Stream<RuntimeException> exceptions() {
    return Stream.of(new FailsToTell(), new TellsNull());
  }

  private static final class FailsToTell extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new UnsupportedOperationException("no text");
    }
  }

  private static final class TellsNull extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    @SuppressWarnings({"NullAway", "OverrideThrowableToString", "ToStringReturnsNull"})
    public String toString() {
      return null;
    }
  }
}
