package io.coord.core.internal.grpc;

import io.coord.core.AuthenticationException;
import io.coord.core.ClosedException;
import io.coord.core.CoordException;
import io.coord.core.RefusedException;
import io.coord.core.internal.store.Changes;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Scheduler;
import io.coord.core.internal.store.Timer;
import io.coord.core.internal.store.Watch;
import io.coord.core.internal.store.WatchListener;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * States, by what is present:
 *   idle       no stream, no `reopening`      live is empty
 *   open       stream                         every live watch was asked for on it exactly once, or
 *                                             waits in `recreating` to be asked for again
 *   lingering  stream, idle timer armed       live is empty; idle when the timer still finds it so
 *   reopening  `reopening`                    live is not empty; the timer opens a stream and asks
 *                                             for every live watch on it, from where it stands
 *   closed     `closed`                       nothing else; every watch has been told
 *
 * What must be reported lies in each WatchRegistration, never in a stream. So a stream may be
 * dropped at any moment and for any reason: a lost request, a lost response, a member that lags
 * behind or that forgot the stream are all cured by asking again. Resuming is one pass over
 * `live`, so it costs the same per watch however many there are.
 *
 * Callbacks may open and close any watch, this hub too. Therefore a watch leaves `live` before it
 * is told of its end, nothing iterates over `live` while it calls, and each step after a callback
 * looks at the state anew.
 */

/**
 * All watches of a store, carried by one stream that is opened again whenever it breaks.
 *
 * <p>Every method is called on the store's thread, and every listener is called there, so there is
 * nothing to lock.
 */
final class WatchHub {

  private static final Logger log = LoggerFactory.getLogger(WatchHub.class);

  /**
   * How long the stream outlives its last watch. Opening one costs etcd three goroutines and us a
   * round trip, so a lock that is contended now and then keeps it; one that nobody uses should not
   * hold a member's resources for good.
   */
  private static final Duration LINGER = Duration.ofSeconds(10);

  /** At least this long after a stream that never brought anything, lest this become a hot loop. */
  private static final Duration STILLBORN_PAUSE = Duration.ofMillis(50);

  /** Before asking for a watch again that etcd took away, for the same reason. */
  private static final Duration RETRY_PAUSE = Duration.ofMillis(250);

  /**
   * How many streams in a row may be refused for their token: five seconds' worth. The opener gets
   * new tokens and tells a wrong password by itself, so this is a member that is out of step.
   */
  private static final int TOKEN_REFUSALS_LIMIT = 20;

  private final StreamOpener opener;
  private final Scheduler scheduler;
  private final String coordName;
  private final Set<WatchRegistration> live = new LinkedHashSet<>();
  private final Set<WatchRegistration> recreating = new LinkedHashSet<>();
  private Optional<WatchStream> stream = Optional.empty();
  private Optional<Timer> reopening = Optional.empty();
  private Optional<Timer> retrying = Optional.empty();
  private Optional<Timer> lingering = Optional.empty();
  private Optional<CoordException> closed = Optional.empty();
  private long idleSince;
  private int tokenRefusals;

  WatchHub(StreamOpener opener, Scheduler scheduler, String coordName) {
    this.opener = opener;
    this.scheduler = scheduler;
    this.coordName = coordName;
  }

  /**
   * See {@link io.coord.core.internal.store.Store#watch}. A watch that cannot stand, because of an
   * empty range or of a close, is told so before this returns.
   */
  Watch watch(KeyRange range, long startRevision, Changes changes, WatchListener listener) {
    if (startRevision < 0) {
      throw new IllegalArgumentException(
          "start revision " + startRevision + "; expected 0 for now, or a revision");
    }
    WatchRegistration watch = new WatchRegistration(this, range, startRevision, changes, listener);
    if (closed.isPresent()) {
      watch.failed(closed.get());
    } else if (isEmpty(range)) {
      watch.failed(emptyRange(watch));
    } else {
      live.add(watch);
      stream.ifPresentOrElse(s -> s.create(watch), this::openUnlessWaiting);
    }
    return watch;
  }

  /** Ends every watch, for this reason; later ones fail with it too. Idempotent. */
  void close(CoordException reason) {
    if (closed.isEmpty()) {
      closed = Optional.of(reason);
      dropStream();
      cancelTimers();
      failAll(reason);
    }
  }

  String coordName() {
    return coordName;
  }

  /** The watch was closed by its user. */
  void closed(WatchRegistration watch) {
    stream.ifPresent(s -> s.cancel(watch));
    forget(watch);
  }

  /** The stream works with the token that it was opened with. */
  void tokenAccepted() {
    tokenRefusals = 0;
  }

  /** The member is not where this watch has been: it lags behind, or etcd went back. */
  void behind(WatchRegistration watch, long seen) {
    opener.checkHistory(watch.range().start(), seen);
  }

  void streamClosed(WatchStream ended, CoordException cause) {
    if (!isCurrent(ended)) {
      return;
    }
    dropStream();
    if (cause instanceof RefusedException || cause instanceof ClosedException) {
      log.debug("{}: the watch stream ended for good: {}", coordName, cause.getMessage());
      failAll(cause);
    } else {
      log.debug("{}: the watch stream broke: {}", coordName, cause.getMessage());
      reopenAfter(ended.hasWorked() ? opener.reopenDelay() : longer(opener.reopenDelay()));
    }
  }

  void protocolViolated(WatchStream on, String what) {
    if (isCurrent(on)) {
      log.warn("{}: the watch stream is opened anew, for etcd sent {}", coordName, what);
      dropStream();
      reopenAfter(RETRY_PAUSE);
    }
  }

  /** The changes up to a revision are gone; that ends only a watch that has not reported them. */
  void compacted(WatchStream on, WatchRegistration watch, long compactRevision) {
    if (!isCurrent(on)) {
      return;
    }
    if (watch.isOvertakenBy(compactRevision)) {
      forget(watch);
      watch.compacted(compactRevision);
    } else {
      on.create(watch);
    }
  }

  /** A create request was refused. */
  void refused(WatchStream on, WatchRegistration watch, String reason) {
    WatchRefusal refusal = WatchRefusal.of(reason);
    if (refusal == WatchRefusal.UNKNOWN) {
      fail(watch, refusal.toException(watch.toString(), reason));
    } else {
      cancelled(on, watch, reason);
    }
  }

  /** A watch was ended by etcd. */
  void cancelled(WatchStream on, WatchRegistration watch, String reason) {
    WatchRefusal refusal = WatchRefusal.of(reason);
    log.debug("{}: etcd ended the {}: {}", coordName, watch, reason);
    switch (refusal) {
      case TOKEN -> tokenRefused(on, watch, reason);
      case PERMISSION -> fail(watch, refusal.toException(watch.toString(), reason));
      case STREAM_CLOSING, UNKNOWN -> recreateLater(watch);
    }
  }

  private void tokenRefused(WatchStream on, WatchRegistration watch, String reason) {
    if (!isCurrent(on)) {
      return;
    }
    dropStream();
    tokenRefusals++;
    if (tokenRefusals > TOKEN_REFUSALS_LIMIT) {
      tokenRefusals = 0;
      failAll(
          new AuthenticationException(
              watch + " was refused with " + TOKEN_REFUSALS_LIMIT + " new tokens: " + reason,
              null));
      return;
    }
    opener.renewToken();
    reopenAfter(tokenRefusals == 1 ? opener.reopenDelay() : RETRY_PAUSE);
  }

  private void recreateLater(WatchRegistration watch) {
    recreating.add(watch);
    if (retrying.isEmpty()) {
      retrying = Optional.of(scheduler.schedule(RETRY_PAUSE, this::recreate));
    }
  }

  private void recreate() {
    retrying = Optional.empty();
    List<WatchRegistration> due = List.copyOf(recreating);
    recreating.clear();
    stream.ifPresent(s -> due.forEach(s::create));
  }

  private void reopenAfter(Duration delay) {
    if (!live.isEmpty() && reopening.isEmpty()) {
      log.debug("{}: {} watches resume in {} ms", coordName, live.size(), delay.toMillis());
      reopening = Optional.of(scheduler.schedule(delay, this::open));
    }
  }

  private void openUnlessWaiting() {
    if (reopening.isEmpty()) {
      open();
    }
  }

  private void open() {
    reopening = Optional.empty();
    WatchStream opened = new WatchStream(this, opener);
    stream = Optional.of(opened);
    live.forEach(opened::create);
  }

  private static Duration longer(Duration delay) {
    return delay.compareTo(STILLBORN_PAUSE) < 0 ? STILLBORN_PAUSE : delay;
  }

  private boolean isCurrent(WatchStream candidate) {
    return stream.isPresent() && stream.get() == candidate;
  }

  private void dropStream() {
    Optional<WatchStream> dropped = stream;
    stream = Optional.empty();
    recreating.clear();
    dropped.ifPresent(WatchStream::abandon);
  }

  private void fail(WatchRegistration watch, CoordException cause) {
    if (live.contains(watch)) {
      forget(watch);
      watch.failed(cause);
    }
  }

  private void failAll(CoordException cause) {
    List<WatchRegistration> ended = List.copyOf(live);
    live.clear();
    ended.forEach(watch -> watch.failed(cause));
  }

  private void forget(WatchRegistration watch) {
    recreating.remove(watch);
    if (live.remove(watch) && live.isEmpty()) {
      reopening.ifPresent(Timer::cancel);
      reopening = Optional.empty();
      idleSince = scheduler.nanoTime();
      if (stream.isPresent() && lingering.isEmpty()) {
        lingering = Optional.of(scheduler.schedule(LINGER, this::endLinger));
      }
    }
  }

  private void endLinger() {
    lingering = Optional.empty();
    if (!live.isEmpty() || stream.isEmpty()) {
      return;
    }
    Duration left = LINGER.minusNanos(scheduler.nanoTime() - idleSince);
    if (left.isNegative() || left.isZero()) {
      dropStream();
    } else {
      lingering = Optional.of(scheduler.schedule(left, this::endLinger));
    }
  }

  private void cancelTimers() {
    reopening.ifPresent(Timer::cancel);
    retrying.ifPresent(Timer::cancel);
    lingering.ifPresent(Timer::cancel);
    reopening = Optional.empty();
    retrying = Optional.empty();
    lingering = Optional.empty();
  }

  private static boolean isEmpty(KeyRange range) {
    return range.end().isPresent()
        && !range.end().get().equals(KeyRange.UNBOUNDED)
        && range.start().compareTo(range.end().get()) >= 0;
  }

  private static RefusedException emptyRange(WatchRegistration watch) {
    return new RefusedException(
        watch + " contains no key; its end must come after its start", null);
  }
}
