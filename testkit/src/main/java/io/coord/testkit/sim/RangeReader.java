package io.coord.testkit.sim;

import io.coord.core.Bytes;
import io.coord.core.CompactedException;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeRequest.Order;
import io.coord.core.internal.store.RangeRequest.Projection;
import io.coord.core.internal.store.RangeResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Answers reads as etcd does. */
final class RangeReader {

  /** Go sorts short lists stably and longer ones not. */
  private static final int STABLY_SORTED = 12;

  private final KeySpace keys;
  private final Dice dice;

  RangeReader(KeySpace keys, Dice dice) {
    this.keys = keys;
    this.dice = dice;
  }

  /** Refuses a revision that a member which stands at {@code memberRevision} cannot read. */
  void checkRevision(RangeRequest request, long memberRevision) {
    if (request.revision() > memberRevision) {
      throw new FutureRevisionException(request.revision(), memberRevision);
    }
    if (request.revision() > 0 && request.revision() < keys.compacted()) {
      throw new CompactedException(
          "revision " + request.revision() + " was compacted at " + keys.compacted(), null);
    }
  }

  /**
   * Reads.
   *
   * @param memberRevision the newest revision that the answering member has
   */
  RangeResult read(RangeRequest request, long memberRevision) {
    checkRevision(request, memberRevision);
    long at = request.revision() > 0 ? request.revision() : memberRevision;
    List<KeyValue> found = keys.list(request.range(), at);
    long count = found.size();
    if (request.projection() == Projection.COUNT) {
      return new RangeResult(memberRevision, List.of(), count);
    }
    sort(found, request.order());
    List<KeyValue> kept =
        request.limit() > 0 && request.limit() < count
            ? found.subList(0, (int) request.limit())
            : found;
    return new RangeResult(memberRevision, project(kept, request.projection()), count);
  }

  private void sort(List<KeyValue> found, Order order) {
    if (order == Order.KEY) {
      return;
    }
    if (found.size() > STABLY_SORTED) {
      shuffle(found);
    }
    found.sort(
        switch (order) {
          case KEY -> Comparator.comparing(KeyValue::key);
          case KEY_DESCENDING -> Comparator.comparing(KeyValue::key).reversed();
          case CREATE_REVISION -> Comparator.comparingLong(KeyValue::createRevision);
          case MOD_REVISION -> Comparator.comparingLong(KeyValue::modRevision);
        });
  }

  /** So that nobody comes to rely on the order of keys that were written by one transaction. */
  private void shuffle(List<KeyValue> found) {
    for (int i = found.size() - 1; i > 0; i--) {
      int j = dice.below(i + 1);
      KeyValue moved = found.get(i);
      found.set(i, found.get(j));
      found.set(j, moved);
    }
  }

  private static List<KeyValue> project(List<KeyValue> kvs, Projection projection) {
    if (projection == Projection.KEYS_AND_VALUES) {
      return List.copyOf(kvs);
    }
    List<KeyValue> bare = new ArrayList<>(kvs.size());
    for (KeyValue kv : kvs) {
      bare.add(
          new KeyValue(
              kv.key(),
              Bytes.EMPTY,
              kv.createRevision(),
              kv.modRevision(),
              kv.version(),
              kv.lease()));
    }
    return bare;
  }
}
