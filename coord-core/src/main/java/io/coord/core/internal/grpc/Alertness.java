package io.coord.core.internal.grpc;

import io.coord.core.internal.AdaptiveSpin;
import io.grpc.netty.shaded.io.netty.channel.SelectStrategy;
import io.grpc.netty.shaded.io.netty.util.IntSupplier;
import java.time.Duration;

/*
 * The idle periods of the io thread, as its loop sees them: it asks before each turn whether to sleep.
 *
 *   BUSY --no task, no event--> SPINNING --the spin is over--> ASLEEP --asked again--> BUSY
 *    ^                              | task or event
 *    '------------------------------'
 *
 * A loop that was asleep asks again only after it was woken and has done what there was to do.
 *
 * There are two kinds of idle periods, with a habit each: those in which an answer is due, as long as
 * a member needs for one, and those in which the next request is, as long as callers need to make one
 * of the last answer.
 */

/**
 * Keeps the io thread awake for a moment when it has nothing to do, if the next request or answer
 * is likely to come soon. Belongs to one event loop.
 */
final class Alertness implements SelectStrategy {

  /** Covers the answer of a member that is near, to a transaction that many callers share, too. */
  static final Duration LONGEST_FOR_ANSWERS = Duration.ofMillis(1);

  /** Covers the time in which callers who were answered come back. */
  static final Duration LONGEST_FOR_REQUESTS = Duration.ofNanos(400_000);

  private enum Phase {
    BUSY,
    SPINNING,
    ASLEEP
  }

  private final AdaptiveSpin forAnswers;
  private final AdaptiveSpin forRequests;
  private AdaptiveSpin spin;
  private Phase phase = Phase.BUSY;
  private int answersDue;
  private long idleSince;
  private long lookedAt;

  Alertness(AdaptiveSpin forAnswers, AdaptiveSpin forRequests) {
    this.forAnswers = forAnswers;
    this.forRequests = forRequests;
    this.spin = forRequests;
  }

  static Alertness create() {
    return new Alertness(
        AdaptiveSpin.upTo(LONGEST_FOR_ANSWERS), AdaptiveSpin.upTo(LONGEST_FOR_REQUESTS));
  }

  /** A request was sent. On the loop's thread. */
  void answerDue() {
    answersDue++;
  }

  /** A request was answered, or will not be. On the loop's thread. */
  void answerDueNoMore() {
    answersDue--;
  }

  @Override
  public int calculateStrategy(IntSupplier selectNow, boolean hasTasks) throws Exception {
    int events = selectNow.get();
    if (phase == Phase.ASLEEP) {
      busy();
    }
    if (hasTasks || events > 0) {
      if (phase == Phase.SPINNING) {
        busy();
      }
      return events;
    }
    return idle() ? SELECT : events;
  }

  /** Tells whether to sleep now. */
  private boolean idle() {
    long now = spin.nanoTime();
    if (phase == Phase.BUSY) {
      phase = Phase.SPINNING;
      spin = answersDue > 0 ? forAnswers : forRequests;
      idleSince = now;
    } else {
      spin.lookedAfter(now - lookedAt);
    }
    lookedAt = now;
    if (now - idleSince < spin.nanos()) {
      Thread.onSpinWait();
      return false;
    }
    phase = Phase.ASLEEP;
    return true;
  }

  private void busy() {
    spin.waited(spin.nanoTime() - idleSince);
    phase = Phase.BUSY;
  }
}
