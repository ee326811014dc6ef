package io.coord.queues.internal;

import io.coord.core.Bytes;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Values that are enqueued together or not at all.
 *
 * @param values the values, in order; at least one
 * @param priority their priority; 0 in a queue without
 * @param caller what its caller does meanwhile
 * @param terms on what terms they come in
 * @param deadlineNanos when to say that etcd is out of reach, on the scheduler's clock
 * @param enqueued gives the revision at which they came in
 */
record Parcel(
    List<Bytes> values,
    int priority,
    Caller caller,
    Terms terms,
    long deadlineNanos,
    CompletableFuture<Long> enqueued) {

  /** What a caller does until its values are in. */
  enum Caller {
    /** It gives no other values before it is answered. */
    WAITS,
    /** It may give the next values at once. */
    GOES_ON
  }

  Parcel withoutDelay() {
    return new Parcel(values, priority, caller, terms.withoutDelay(), deadlineNanos, enqueued);
  }

  /** How much of a request it takes, besides its keys. */
  long bytes() {
    long bytes = terms.room();
    for (Bytes value : values) {
      bytes += value.length();
    }
    return bytes;
  }
}
