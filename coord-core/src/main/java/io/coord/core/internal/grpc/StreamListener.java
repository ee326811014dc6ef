package io.coord.core.internal.grpc;

import io.coord.core.CoordException;

/** Receives what a {@link MessageStream} brings; called on the store's thread, one at a time. */
interface StreamListener<R> {

  void onMessage(R message);

  /**
   * The stream has ended and nothing more will come of it; called once, unless we cancelled it. A
   * {@link io.coord.core.RefusedException} or {@link io.coord.core.ClosedException} is final;
   * anything else means that the stream should be opened again.
   */
  void onClosed(CoordException cause);
}
