package io.coord.core.internal.grpc;

import io.coord.core.Bytes;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens streams whose other end is the test.
 *
 * @param <Q> what is sent
 * @param <R> what is received
 */
final class ScriptedOpener<Q, R> implements StreamOpener {

  private final List<ScriptedStream<Q, R>> streams = new ArrayList<>();
  private final List<String> checks = new ArrayList<>();
  private Duration delay = Duration.ZERO;
  private int renewedTokens;

  @Override
  @SuppressWarnings("unchecked") // a test uses one method, whose types are Q and R
  public <A, B> MessageStream<A> open(MethodDescriptor<A, B> method, StreamListener<B> listener) {
    ScriptedStream<Q, R> stream = new ScriptedStream<>((StreamListener<R>) listener);
    streams.add(stream);
    return (MessageStream<A>) stream;
  }

  @Override
  public Duration reopenDelay() {
    return delay;
  }

  @Override
  public void renewToken() {
    renewedTokens++;
  }

  @Override
  public void checkHistory(Bytes key, long seen) {
    checks.add(key + "@" + seen);
  }

  /** Which keys were to be read, and where the stream had been. */
  List<String> checks() {
    return checks;
  }

  void delayReopening(Duration by) {
    delay = by;
  }

  int renewedTokens() {
    return renewedTokens;
  }

  int opened() {
    return streams.size();
  }

  /** The stream that was opened last. */
  ScriptedStream<Q, R> stream() {
    return streams.get(streams.size() - 1);
  }
}
