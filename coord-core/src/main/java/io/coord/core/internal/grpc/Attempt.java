package io.coord.core.internal.grpc;

import io.etcd.jetcd.api.ResponseHeader;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * A call on its way to one member and back. It knows the attempt before and after it on the same
 * connection, so that the oldest is at hand and any can be taken out without a search.
 */
final class Attempt<Q, R> extends ClientCall.Listener<R> {

  private final Connection connection;
  private final Rpc<Q, R> rpc;
  private final ClientCall<Q, R> call;
  private final Outcome<R> outcome;
  private final long sentAt;
  private final long deadline;
  private final long term;
  private @Nullable R answer;
  private boolean ended;
  @Nullable Attempt<?, ?> before;
  @Nullable Attempt<?, ?> after;

  /**
   * Describes an attempt that is about to be sent.
   *
   * @param sentAt the time, in nanoseconds
   * @param deadline when it is to be given up
   * @param term the raft term in which the member had a leader when last heard of
   */
  Attempt(
      Connection connection,
      Rpc<Q, R> rpc,
      ClientCall<Q, R> call,
      Outcome<R> outcome,
      long sentAt,
      long deadline,
      long term) {
    this.connection = connection;
    this.rpc = rpc;
    this.call = call;
    this.outcome = outcome;
    this.sentAt = sentAt;
    this.deadline = deadline;
    this.term = term;
  }

  long sentAt() {
    return sentAt;
  }

  /** The raft term in which the member had a leader when this was sent to it. */
  long term() {
    return term;
  }

  boolean isDue(long now) {
    return now - deadline >= 0;
  }

  Outcome<R> outcome() {
    return outcome;
  }

  @Override
  public void onMessage(R message) {
    answer = message;
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    if (connection.thread().isCurrent()) {
      end(status);
    } else {
      connection.thread().execute(() -> end(status));
    }
  }

  private void end(Status status) {
    if (ended) {
      return;
    }
    ended = true;
    connection.forget(this);
    R message = answer;
    if (status.isOk() && message != null) {
      ResponseHeader header = rpc.header().apply(message);
      connection.heard(header.getRaftTerm());
      outcome.onAnswer(message);
    } else {
      outcome.onFailure(status.isOk() ? Status.INTERNAL.withDescription("no answer") : status);
    }
  }

  /** Gives the attempt up and reports it as failed; what etcd still says is ignored. */
  void abandon(Status reason) {
    if (!ended) {
      withdraw(reason);
      outcome.onFailure(reason);
    }
  }

  /** Gives the attempt up without a report. */
  void withdraw(Status reason) {
    if (!ended) {
      ended = true;
      connection.forget(this);
      call.cancel(reason.getDescription(), null);
    }
  }
}
