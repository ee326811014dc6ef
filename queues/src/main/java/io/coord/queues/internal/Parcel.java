package io.coord.queues.internal;

import io.coord.core.Bytes;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Values that are enqueued together or not at all.
 *
 * @param values the values, in order; at least one
 * @param priority their priority; 0 in a queue without
 * @param terms on what terms they come in
 * @param deadlineNanos when to say that etcd is out of reach, on the scheduler's clock
 * @param enqueued gives the revision at which they came in
 */
record Parcel(
    List<Bytes> values,
    int priority,
    Terms terms,
    long deadlineNanos,
    CompletableFuture<Long> enqueued) {

  long bytes() {
    long bytes = 0;
    for (Bytes value : values) {
      bytes += value.length();
    }
    return bytes;
  }
}
