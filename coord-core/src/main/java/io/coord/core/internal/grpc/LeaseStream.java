package io.coord.core.internal.grpc;

import io.coord.core.ClosedException;
import io.coord.core.CoordException;
import io.coord.core.RefusedException;
import io.coord.core.UnavailableException;
import io.coord.core.internal.store.Scheduler;
import io.coord.core.internal.store.Timer;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * `unanswered` holds every request that has no outcome yet, in the order of their calls, which is
 * the order of their deadlines. So one timer, set for the first of them, finds all that are
 * overdue; it is not moved when requests are answered, and at most one is armed however many
 * requests there are. Requests that have an outcome leave the queue when they reach its head.
 *
 * A request ends in exactly one way: answered; overdue (unavailable); refused or closed, together
 * with all others. When the stream breaks, those without an outcome are sent again on the next
 * one, which is harmless.
 *
 * A session dates its lease from the moment of its call, so an answer must never be given to a
 * request that was made after the one that it answers: the lease would seem younger than it is.
 * etcd answers the requests for one lease in their order. So for each lease the connection keeps
 * what it sent, also when that has become overdue in the meantime, and gives the nth answer to the
 * nth request. For the same reason two calls for one lease are never merged into one request.
 */

/**
 * All lease keep-alives of a store, carried by one stream that is opened again whenever it breaks.
 *
 * <p>Every method is called on the store's thread, and every future is completed there, so there is
 * nothing to lock.
 */
final class LeaseStream {

  private static final Logger log = LoggerFactory.getLogger(LeaseStream.class);

  /**
   * How long the stream outlives the last keep-alive. Sessions send one every third of their time
   * to live, so this keeps the stream open for all that live up to three minutes; for longer ones a
   * stream now and then is cheaper than one that stands idle on a member that may be gone.
   */
  private static final Duration LINGER = Duration.ofMinutes(1);

  /** At least this long after a stream that never brought anything, lest this become a hot loop. */
  private static final Duration STILLBORN_PAUSE = Duration.ofMillis(50);

  /**
   * How long an answer may take before the stream is opened anew. A follower hands a keep-alive to
   * the member that it takes for the leader and waits, though that be frozen, while it lives itself
   * and the next one would find the new leader. Doubled each time that it does not help, so that a
   * slow network is not mistaken for that forever.
   */
  private static final Duration PATIENCE = Duration.ofMillis(600);

  private final StreamOpener opener;
  private final Scheduler scheduler;
  private final String coordName;
  private final Duration requestTimeout;
  private final Deque<KeepAlive> unanswered = new ArrayDeque<>();
  private Optional<Connection> connection = Optional.empty();
  private Optional<Timer> reopening = Optional.empty();
  private Optional<Timer> sweeping = Optional.empty();
  private Optional<Timer> lingering = Optional.empty();
  private Optional<Timer> waiting = Optional.empty();
  private Duration patience = PATIENCE;
  private Optional<CoordException> lastBreak = Optional.empty();
  private Optional<CoordException> closed = Optional.empty();
  private long lastCall;

  LeaseStream(StreamOpener opener, Scheduler scheduler, String coordName, Duration requestTimeout) {
    this.opener = opener;
    this.scheduler = scheduler;
    this.coordName = coordName;
    this.requestTimeout = requestTimeout;
  }

  /** See {@link io.coord.core.internal.store.Store#keepLeaseAlive}. */
  CompletableFuture<Long> keepAlive(long leaseId) {
    if (closed.isPresent()) {
      return CompletableFuture.failedFuture(closed.get());
    }
    lastCall = scheduler.nanoTime();
    KeepAlive request =
        new KeepAlive(leaseId, lastCall + requestTimeout.toNanos(), new CompletableFuture<>());
    unanswered.add(request);
    if (sweeping.isEmpty()) {
      sweeping = Optional.of(scheduler.schedule(requestTimeout, this::sweep));
    }
    if (waiting.isEmpty()) {
      waiting = Optional.of(scheduler.schedule(patience, this::losePatience));
    }
    if (connection.isPresent()) {
      connection.get().send(request);
    } else if (reopening.isEmpty()) {
      open();
    }
    return request.outcome();
  }

  /**
   * Moves to the member that is best now, with what is unanswered; for when the leader has changed,
   * because every other member passes each keep-alive on to it and waits.
   */
  void relocate() {
    if (connection.isPresent()) {
      drop();
      if (hasUnanswered()) {
        open();
      }
    }
  }

  /** Fails what is unanswered, and all later calls, for this reason. Idempotent. */
  void close(CoordException reason) {
    if (closed.isEmpty()) {
      closed = Optional.of(reason);
      drop();
      reopening.ifPresent(Timer::cancel);
      sweeping.ifPresent(Timer::cancel);
      lingering.ifPresent(Timer::cancel);
      waiting.ifPresent(Timer::cancel);
      failAll(reason);
    }
  }

  private void losePatience() {
    waiting = Optional.empty();
    if (!hasUnanswered()) {
      return;
    }
    Duration left = patience;
    if (connection.isPresent()) {
      left = patience.minusNanos(scheduler.nanoTime() - connection.get().silentSince());
      if (left.isNegative() || left.isZero()) {
        log.debug("{}: no keep-alive answered for {} ms", coordName, patience.toMillis());
        Duration doubled = patience.multipliedBy(2);
        patience = doubled.compareTo(requestTimeout) < 0 ? doubled : requestTimeout;
        left = patience;
        relocate();
      }
    }
    waiting = Optional.of(scheduler.schedule(left, this::losePatience));
  }

  private void open() {
    reopening = Optional.empty();
    Connection opened = new Connection();
    connection = Optional.of(opened);
    unanswered.stream().filter(KeepAlive::isPending).forEach(opened::send);
    if (lingering.isEmpty()) {
      lingering = Optional.of(scheduler.schedule(LINGER, this::endLinger));
    }
  }

  private void drop() {
    Optional<Connection> dropped = connection;
    connection = Optional.empty();
    dropped.ifPresent(Connection::cancel);
  }

  private void broken(Connection ended, CoordException cause) {
    if (connection.isEmpty() || connection.get() != ended) {
      return;
    }
    drop();
    if (cause instanceof RefusedException || cause instanceof ClosedException) {
      log.debug("{}: the lease stream ended for good: {}", coordName, cause.getMessage());
      failAll(cause);
      return;
    }
    log.debug("{}: the lease stream broke: {}", coordName, cause.getMessage());
    lastBreak = Optional.of(cause);
    if (hasUnanswered()) {
      Duration delay = opener.reopenDelay();
      boolean tooSoon = !ended.hasWorked() && delay.compareTo(STILLBORN_PAUSE) < 0;
      reopening = Optional.of(scheduler.schedule(tooSoon ? STILLBORN_PAUSE : delay, this::reopen));
    }
  }

  private void reopen() {
    reopening = Optional.empty();
    if (hasUnanswered()) {
      open();
    }
  }

  private void sweep() {
    sweeping = Optional.empty();
    List<KeepAlive> overdue = new ArrayList<>();
    long now = scheduler.nanoTime();
    while (hasUnanswered() && unanswered.element().isOverdue(now)) {
      overdue.add(unanswered.remove());
    }
    if (hasUnanswered()) {
      Duration left = Duration.ofNanos(unanswered.element().deadline() - now);
      sweeping = Optional.of(scheduler.schedule(left, this::sweep));
    }
    overdue.forEach(this::failOverdue);
  }

  private void failOverdue(KeepAlive request) {
    request
        .outcome()
        .completeExceptionally(
            new UnavailableException(
                String.format(
                    "%s: no member answered the keep-alive of lease %x within %d ms",
                    coordName, request.leaseId(), requestTimeout.toMillis()),
                lastBreak.orElse(null)));
  }

  private void failAll(CoordException cause) {
    List<KeepAlive> ended = List.copyOf(unanswered);
    unanswered.clear();
    ended.forEach(request -> request.outcome().completeExceptionally(cause));
  }

  /** Whether a request has no outcome yet; the first of the queue is then such a one. */
  private boolean hasUnanswered() {
    forgetEnded();
    return !unanswered.isEmpty();
  }

  private void forgetEnded() {
    while (!unanswered.isEmpty() && !unanswered.element().isPending()) {
      unanswered.remove();
    }
  }

  private void endLinger() {
    lingering = Optional.empty();
    if (connection.isEmpty()) {
      return;
    }
    Duration left = LINGER.minusNanos(scheduler.nanoTime() - lastCall);
    if (hasUnanswered()) {
      lingering = Optional.of(scheduler.schedule(requestTimeout, this::endLinger));
    } else if (left.isNegative() || left.isZero()) {
      drop();
    } else {
      lingering = Optional.of(scheduler.schedule(left, this::endLinger));
    }
  }

  /** One call for one lease. */
  private record KeepAlive(long leaseId, long deadline, CompletableFuture<Long> outcome) {

    boolean isPending() {
      return !outcome.isDone();
    }

    boolean isOverdue(long now) {
      return now - deadline >= 0;
    }
  }

  /** One open stream, and what was sent on it. */
  private final class Connection implements StreamListener<LeaseKeepAliveResponse> {

    private final MessageStream<LeaseKeepAliveRequest> messages;
    private final Map<Long, Queue<KeepAlive>> sent = new HashMap<>();
    private final long openedAt = scheduler.nanoTime();
    private boolean worked;

    Connection() {
      this.messages = opener.open(LeaseGrpc.getLeaseKeepAliveMethod(), this);
    }

    void send(KeepAlive request) {
      sent.computeIfAbsent(request.leaseId(), id -> new ArrayDeque<>(2)).add(request);
      messages.send(LeaseKeepAliveRequest.newBuilder().setID(request.leaseId()).build());
    }

    void cancel() {
      messages.cancel();
    }

    /** Since when the first of what is unanswered has been waiting on this stream. */
    long silentSince() {
      long calledAt = unanswered.element().deadline() - requestTimeout.toNanos();
      return calledAt - openedAt > 0 ? calledAt : openedAt;
    }

    boolean hasWorked() {
      return worked;
    }

    @Override
    public void onMessage(LeaseKeepAliveResponse response) {
      worked = true;
      patience = PATIENCE;
      lastBreak = Optional.empty();
      Queue<KeepAlive> waiting = sent.get(response.getID());
      if (waiting == null) {
        return;
      }
      KeepAlive answered = waiting.remove();
      if (waiting.isEmpty()) {
        sent.remove(response.getID());
      }
      answered.outcome().complete(response.getTTL());
      forgetEnded();
    }

    @Override
    public void onClosed(CoordException cause) {
      broken(this, cause);
    }
  }
}
