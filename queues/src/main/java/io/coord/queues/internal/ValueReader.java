package io.coord.queues.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the values of items near the front, many in one transaction: as many as have about a
 * mebibyte, by the sizes of those before. Every method is called under the dequeuer's lock.
 *
 * <p>The next ones may be a thousand times as large: etcd tells no size beforehand. So there are no
 * more than suffice for a while, and fewer after a failure, which may be an answer that was too
 * large to come in time.
 *
 * <p>The values are read before the items are taken, and not with the taking: if that answer were
 * lost, and the past compacted, the values would be lost with it.
 */
final class ValueReader {

  private static final int AT_ONCE = 1 << 20;
  private static final int MOST = 120;
  private static final int FIRST = 8;
  private static final int FACTOR = 4;

  /** How many values suffice for a while: less would run out before the next ones are read. */
  private static final int ENOUGH = 64;

  private final Dequeuer dequeuer;
  private final Store store;
  private final Head head;
  private boolean underWay;
  private int most = FIRST;

  ValueReader(Dequeuer dequeuer, Store store, Head head) {
    this.dequeuer = dequeuer;
    this.store = store;
    this.head = head;
  }

  /**
   * Reads the next values, if few are left at the front and none are being read. Many are read at
   * once and then none for a while: to read one for each that is taken would double the requests.
   *
   * @param callers how many want an item now
   */
  void readAhead(int callers, List<Runnable> effects) {
    if (underWay) {
      return;
    }
    int enough = Math.max(ENOUGH, 2 * callers);
    List<Item> wanting = head.wanting(Math.min(most, enough), enough);
    if (!wanting.isEmpty()) {
      underWay = true;
      effects.add(() -> send(wanting));
    }
  }

  private void send(List<Item> wanting) {
    List<Op> gets = new ArrayList<>();
    wanting.forEach(item -> gets.add(Op.get(item.key())));
    Futures.onDone(
        store.txn(TxnRequest.of(gets.toArray(Op[]::new))),
        answer -> dequeuer.step((state, effects) -> answered(wanting, answer)),
        failure ->
            dequeuer.step(
                (state, effects) -> {
                  underWay = false;
                  most = Math.max(1, wanting.size() / FACTOR);
                  state.valuesFailed(failure, effects);
                }));
  }

  private void answered(List<Item> wanting, TxnResult answer) {
    underWay = false;
    long bytes = 0;
    for (int i = 0; i < wanting.size(); i++) {
      Optional<Item> found = answer.range(i).first().map(Item::of);
      bytes += found.flatMap(Item::value).map(Bytes::length).orElse(0);
      head.valueRead(wanting.get(i), found);
    }
    long each = Math.max(1, bytes / wanting.size());
    most = (int) Math.max(1, Math.min(Math.min(MOST, FACTOR * most), AT_ONCE / each));
  }
}
