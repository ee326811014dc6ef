package io.coord.core.internal.grpc;

import io.coord.core.CoordException;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.function.Function;

/**
 * A stream on a connection.
 *
 * <p>Its end is told in a task of its own, so that it never comes before the stream was returned to
 * its owner.
 */
final class OpenStream<Q, R> extends ClientCall.Listener<R> implements MessageStream<Q> {

  private final Connection connection;
  private final ClientCall<Q, R> call;
  private final StreamListener<R> listener;
  private final Function<Failure, CoordException> failed;
  private boolean ended;

  /**
   * Describes a stream that is about to be opened.
   *
   * @param failed is told how the stream failed, and says what to tell the listener
   */
  OpenStream(
      Connection connection,
      ClientCall<Q, R> call,
      StreamListener<R> listener,
      Function<Failure, CoordException> failed) {
    this.connection = connection;
    this.call = call;
    this.listener = listener;
    this.failed = failed;
  }

  void start(Metadata headers) {
    call.start(this, headers);
    call.request(1);
  }

  @Override
  public void send(Q message) {
    if (!ended) {
      call.sendMessage(message);
    }
  }

  @Override
  public void cancel() {
    if (!ended) {
      end();
      call.cancel("the stream is not needed any more", null);
    }
  }

  /** Ends the stream and tells its listener. */
  void close(CoordException cause) {
    if (!ended) {
      end();
      call.cancel("the connection has ended", null);
      listener.onClosed(cause);
    }
  }

  private void end() {
    ended = true;
    connection.forget(this);
  }

  @Override
  public void onMessage(R message) {
    if (!ended) {
      connection.heard(termOf(message));
      call.request(1);
      listener.onMessage(message);
    }
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    connection.thread().execute(() -> closed(status));
  }

  private static long termOf(Object message) {
    if (message instanceof WatchResponse changes) {
      return changes.getHeader().getRaftTerm();
    }
    return message instanceof LeaseKeepAliveResponse renewal
        ? renewal.getHeader().getRaftTerm()
        : 0;
  }

  private void closed(Status status) {
    if (!ended) {
      end();
      listener.onClosed(failed.apply(GrpcErrors.classify(status)));
    }
  }
}
