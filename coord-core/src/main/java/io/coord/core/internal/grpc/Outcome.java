package io.coord.core.internal.grpc;

import io.grpc.Status;

/** Receives how one attempt at a call ended: exactly one of the two, on the store's thread. */
interface Outcome<R> {

  void onAnswer(R answer);

  void onFailure(Status status);
}
