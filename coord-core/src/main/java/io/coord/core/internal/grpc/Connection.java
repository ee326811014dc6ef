package io.coord.core.internal.grpc;

import io.coord.core.CoordException;
import io.etcd.jetcd.api.StatusRequest;
import io.etcd.jetcd.api.StatusResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection to one member, with what is pending on it and its signs of life.
 *
 * <p>It lives from the connect to the first failure, and is then replaced rather than mended: a new
 * channel looks up the host again, knows of no back-off of the old one, and shows by its handshake
 * alone whether the member's process runs.
 *
 * <p>Calls are sent only while the channel is {@code READY}, when gRPC hands them to the transport
 * at once. A call that was never given to a connection has therefore certainly not reached a
 * member, and of one that was given, we assume that it may have; gRPC itself keeps back none. Only
 * the probe is sent in any state, because it makes the channel connect, and tells why it cannot.
 *
 * <p>Everything that a channel does, it does on the store's thread: we look up the host ourselves,
 * and gRPC has no other thread to run on. So the channel says that it is ready before the first
 * answer is here, and says that it is not before a call is sent in vain.
 *
 * <p>Silence is told from slowness by the probe, which the member answers without asking others:
 *
 * <ul>
 *   <li>an answer is overdue, or nothing was heard while streams are open: send a probe;
 *   <li>anything at all is heard: the member lives; if the answer is still overdue, probe again
 *       later, to learn whether it lost its leader;
 *   <li>nothing is heard for as long again: it is frozen or cut off.
 * </ul>
 *
 * <p>A connection that the member ends takes no more calls, so no probe either. What is pending on
 * it may be answered for a moment yet; its streams, which nobody could tell from frozen ones, go on
 * elsewhere at once.
 */
final class Connection {

  /** What a look at the signs of life gives. */
  enum Finding {
    ALIVE,
    /** An answer is overdue; a probe is on its way. */
    OVERDUE,
    SILENT
  }

  /** Receives what the connection learns. */
  interface Owner {

    void onProbeAnswer(Connection connection, StatusResponse answer);

    /** The probe failed: the connection was not made, or broke, or etcd refused to answer it. */
    void onProbeFailure(Connection connection, Status status);

    /** An answer shows a later raft term than any before on this connection. */
    void onLaterTerm(Connection connection);

    /** The channel has closed, or is about to: nothing more can be sent on it. */
    void onChannelClosed(Connection connection);
  }

  private final ManagedChannel channel;
  private final StoreThread thread;
  private final Owner owner;
  private final PendingAttempts pending;
  private final Set<OpenStream<?, ?>> streams = Collections.newSetFromMap(new IdentityHashMap<>());
  private @Nullable Attempt<StatusRequest, StatusResponse> probe;
  private boolean established;
  private long probedAt;
  private long heardAt;
  private long term;
  private long termSince;
  private OptionalLong end = OptionalLong.empty();

  Connection(ManagedChannel channel, StoreThread thread, Owner owner) {
    this.channel = channel;
    this.thread = thread;
    this.owner = owner;
    this.pending = new PendingAttempts(thread.alertness());
    this.heardAt = thread.nanoTime();
  }

  StoreThread thread() {
    return thread;
  }

  boolean isReady() {
    return channel.getState(false) == ConnectivityState.READY;
  }

  /** The member has answered, whatever it said. */
  private void establish() {
    if (!established) {
      established = true;
      channel.notifyWhenStateChanged(
          ConnectivityState.READY, () -> thread.execute(() -> owner.onChannelClosed(this)));
    }
  }

  boolean isIdle() {
    return pending.isEmpty() && streams.isEmpty() && probe == null;
  }

  /** Sends a call. The connection must be ready. */
  <Q, R> void send(Rpc<Q, R> rpc, Q request, Metadata headers, Outcome<R> outcome, long deadline) {
    ClientCall<Q, R> call = channel.newCall(rpc.method(), CallOptions.DEFAULT);
    Attempt<Q, R> attempt =
        new Attempt<>(this, rpc, call, outcome, thread.nanoTime(), deadline, term);
    pending.add(attempt);
    start(call, attempt, request, headers);
  }

  private static <Q, R> void start(
      ClientCall<Q, R> call, Attempt<Q, R> attempt, Q request, Metadata headers) {
    call.start(attempt, headers);
    call.request(2);
    call.sendMessage(request);
    call.halfClose();
  }

  /** Asks the member for its status, unless it is being asked. */
  void probe(Metadata headers) {
    if (probe != null) {
      return;
    }
    long now = thread.nanoTime();
    probedAt = now;
    Rpc<StatusRequest, StatusResponse> rpc = Rpc.STATUS;
    ClientCall<StatusRequest, StatusResponse> call =
        channel.newCall(rpc.method(), CallOptions.DEFAULT);
    Attempt<StatusRequest, StatusResponse> attempt =
        new Attempt<>(this, rpc, call, new ProbeOutcome(), now, now + Timing.FOREVER, term);
    probe = attempt;
    start(call, attempt, StatusRequest.getDefaultInstance(), headers);
  }

  private final class ProbeOutcome implements Outcome<StatusResponse> {

    @Override
    public void onAnswer(StatusResponse answer) {
      establish();
      owner.onProbeAnswer(Connection.this, answer);
    }

    @Override
    public void onFailure(Status status) {
      if (GrpcErrors.isAboutTheUser(status)) {
        establish();
      }
      owner.onProbeFailure(Connection.this, status);
    }
  }

  /** Opens a stream. The connection must be ready. */
  <Q, R> MessageStream<Q> open(
      MethodDescriptor<Q, R> method,
      Metadata headers,
      StreamListener<R> listener,
      Function<Failure, CoordException> failed) {
    ClientCall<Q, R> call = channel.newCall(method, CallOptions.DEFAULT);
    OpenStream<Q, R> stream = new OpenStream<>(this, call, listener, failed);
    streams.add(stream);
    stream.start(headers);
    return stream;
  }

  /** Takes out an attempt that has ended. */
  void forget(Attempt<?, ?> attempt) {
    if (attempt == probe) {
      probe = null;
    } else {
      pending.remove(attempt);
    }
  }

  void forget(OpenStream<?, ?> stream) {
    streams.remove(stream);
  }

  /** An answer or a stream's message came, given under a raft term. */
  void heard(long answeredUnder) {
    heardAt = thread.nanoTime();
    if (answeredUnder > term) {
      ledUnder(answeredUnder);
      owner.onLaterTerm(this);
    }
  }

  /** The member has a leader in this raft term. */
  void ledUnder(long newTerm) {
    if (newTerm > term) {
      term = newTerm;
      termSince = thread.nanoTime();
    }
  }

  /** Ends attempts whose time is up, and those that were lost with a leader. */
  void expire(long now) {
    boolean over = end.isPresent() && now - end.getAsLong() >= 0;
    for (Attempt<?, ?> due : pending.matching(attempt -> over || attempt.isDue(now))) {
      due.abandon(Status.DEADLINE_EXCEEDED.withDescription("no answer in time"));
    }
    if (now - termSince > Timing.LEADER_CHANGE_GRACE) {
      endWhatWentToOldLeaders();
    }
  }

  /**
   * Looks for signs of life.
   *
   * @param watchfulness how closely
   */
  Finding look(long now, Timing.Watchfulness watchfulness, Supplier<Metadata> probeHeaders) {
    Attempt<?, ?> asked = probe;
    if (asked != null) {
      long silence = Math.min(now - asked.sentAt(), now - heardAt);
      long limit = established ? Timing.PROBE_SILENCE : Timing.CONNECT_SILENCE;
      return silence > limit ? Finding.SILENT : Finding.ALIVE;
    }
    return lookForProbe(now, watchfulness, probeHeaders);
  }

  /** What a member had passed on to its leader is lost with that leader, unless it was quick. */
  private void endWhatWentToOldLeaders() {
    for (Attempt<?, ?> lost : pending.matching(attempt -> attempt.term() < term)) {
      lost.abandon(Status.ABORTED.withDescription("the leader changed before the answer came"));
    }
  }

  private Finding lookForProbe(
      long now, Timing.Watchfulness watchfulness, Supplier<Metadata> probeHeaders) {
    Attempt<?, ?> oldest = pending.oldest();
    boolean overdue = oldest != null && now - oldest.sentAt() > Timing.OVERDUE;
    boolean quiet = !streams.isEmpty() && now - heardAt > Timing.STREAM_SILENCE;
    boolean watched = oldest != null && watchfulness == Timing.Watchfulness.ALERT;
    if ((overdue || quiet || watched) && now - probedAt > watchfulness.probeInterval()) {
      probe(probeHeaders.get());
    }
    return overdue ? Finding.OVERDUE : Finding.ALIVE;
  }

  /**
   * Takes no more calls, and waits a moment for those that are pending.
   *
   * @param reason what the probe ends with
   * @param cause what streams end with
   */
  void retire(Status reason, CoordException cause) {
    end = OptionalLong.of(thread.nanoTime() + Timing.FAREWELL);
    endProbe(reason);
    endStreams(cause);
    channel.shutdown();
  }

  /**
   * Ends the connection and everything on it.
   *
   * @param reason what calls fail with
   * @param cause what streams end with
   */
  void abandon(Status reason, CoordException cause) {
    endProbe(reason);
    for (Attempt<?, ?> attempt : pending.matching(attempt -> true)) {
      attempt.abandon(reason);
    }
    endStreams(cause);
    channel.shutdownNow();
  }

  private void endProbe(Status reason) {
    Attempt<?, ?> asked = probe;
    if (asked != null) {
      asked.withdraw(reason);
    }
  }

  private void endStreams(CoordException cause) {
    for (OpenStream<?, ?> stream : List.copyOf(streams)) {
      stream.close(cause);
    }
  }
}
