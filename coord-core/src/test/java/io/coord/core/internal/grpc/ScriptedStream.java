package io.coord.core.internal.grpc;

import io.coord.core.CoordException;
import java.util.ArrayList;
import java.util.List;

/** One stream of a {@link ScriptedOpener}; keeps to the contract of {@link MessageStream}. */
final class ScriptedStream<Q, R> implements MessageStream<Q> {

  private final StreamListener<R> listener;
  private final List<Q> sent = new ArrayList<>();
  private int taken;
  private boolean open = true;

  ScriptedStream(StreamListener<R> listener) {
    this.listener = listener;
  }

  @Override
  public void send(Q message) {
    if (open) {
      sent.add(message);
    }
  }

  @Override
  public void cancel() {
    open = false;
  }

  boolean isOpen() {
    return open;
  }

  /** What was sent since this was last asked. */
  List<Q> take() {
    List<Q> fresh = List.copyOf(sent.subList(taken, sent.size()));
    taken = sent.size();
    return fresh;
  }

  void answer(R message) {
    if (open) {
      listener.onMessage(message);
    }
  }

  void breakWith(CoordException cause) {
    if (open) {
      open = false;
      listener.onClosed(cause);
    }
  }
}
