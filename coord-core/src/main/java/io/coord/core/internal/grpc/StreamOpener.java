package io.coord.core.internal.grpc;

import io.coord.core.Bytes;
import io.grpc.MethodDescriptor;
import java.time.Duration;

/**
 * Opens streams on whichever member is best at the moment.
 *
 * <p>It decides when a member is dead or frozen, and then closes the streams on it with {@link
 * StreamListener#onClosed}. The owner of a stream opens it again after {@link #reopenDelay()}.
 * Called on the store's thread only.
 */
interface StreamOpener {

  /**
   * Opens a stream. Always gives one: if no member can be reached, it ends through {@link
   * StreamListener#onClosed}, never before this method has returned.
   */
  <Q, R> MessageStream<Q> open(MethodDescriptor<Q, R> method, StreamListener<R> listener);

  /** How long to wait before opening a stream again: zero while some other member is healthy. */
  Duration reopenDelay();

  /**
   * etcd refused the token that a stream was opened with, by a message on the stream: the next
   * stream must be opened with a new token. Does nothing where there is no user.
   */
  void renewToken();

  /**
   * A member is not where a stream has been: asks etcd as a whole, to learn whether its history
   * went back.
   *
   * @param key one that may be read
   * @param seen the revision that the stream has been at
   */
  void checkHistory(Bytes key, long seen);
}
