package io.coord.core.internal.grpc;

/** An open bidirectional stream to one member. */
interface MessageStream<Q> {

  /** Sends a message, in order; dropped when the stream has ended. */
  void send(Q message);

  /** Ends the stream; its listener is not called any more. Idempotent. */
  void cancel();
}
