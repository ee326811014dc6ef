package io.coord.it.store;

import io.coord.core.Bytes;
import io.coord.core.internal.store.Changes;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.Compare.Field;
import io.coord.core.internal.store.Compare.Relation;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeRequest.Order;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnRequest.Repeat;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Requests of every kind that the port can express, those included that nobody in his senses would
 * make. The same seed gives the same requests.
 *
 * <p>There are few keys, so that requests meet; and no more than etcd sorts stably, so that their
 * order is certain.
 */
final class RandomRequests {

  private static final List<Bytes> KEYS =
      Stream.of("\0", "a", "a/", "a/b", "a0", "b", "c", "\u00ff").map(Bytes::utf8).toList();
  private static final List<Bytes> VALUES = Stream.of("", "1", "2", "22").map(Bytes::utf8).toList();
  private static final int DEEPEST = 2;

  private final Random random;
  private final List<Long> leases;
  private final long firstRevision;

  /**
   * Begins.
   *
   * @param firstRevision no revision before it is asked for
   */
  RandomRequests(long seed, long firstRevision) {
    this.random = new Random(seed);
    this.leases = LongStream.range(1, 4).map(i -> (seed << 20) + i).boxed().toList();
    this.firstRevision = firstRevision;
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  long lease() {
    return oneOf(leases);
  }

  /** All leases that requests are about. */
  List<Long> leases() {
    return leases;
  }

  /** A revision that there has been. */
  long revision(long present) {
    return firstRevision + random.nextInt((int) (present - firstRevision) + 1);
  }

  Changes changes() {
    return oneOf(List.of(Changes.values()));
  }

  KeyRange range() {
    return switch (below(8)) {
      case 0 -> KeyRange.prefix(key());
      case 1 -> KeyRange.prefix(Bytes.EMPTY);
      case 2 -> KeyRange.between(key(), oneOf(KEYS));
      case 3 -> KeyRange.between(key(), KeyRange.UNBOUNDED);
      default -> KeyRange.single(key());
    };
  }

  /** A read of the present, or sometimes of the past. */
  RangeRequest read(long present) {
    RangeRequest read = readOfThePresent();
    return below(3) == 0 ? read.atRevision(revision(present)) : read;
  }

  private RangeRequest readOfThePresent() {
    RangeRequest read =
        RangeRequest.of(range()).limit(below(5) - 1).orderedBy(oneOf(List.of(Order.values())));
    return switch (below(6)) {
      case 0 -> read.keysOnly();
      case 1 -> read.countOnly();
      case 2 -> read.serializable();
      default -> read;
    };
  }

  TxnRequest txn() {
    return txn(0);
  }

  private TxnRequest txn(int depth) {
    return new TxnRequest(
        some(this::compare), some(() -> op(depth)), some(() -> op(depth)), Repeat.NEVER);
  }

  TxnRequest readingTxn(long present) {
    return new TxnRequest(
        some(this::compare),
        some(() -> Op.get(read(present))),
        some(() -> Op.get(read(present))),
        Repeat.NEVER);
  }

  private Op op(int depth) {
    return switch (below(depth < DEEPEST ? 9 : 7)) {
      case 0, 1, 2 -> Op.put(key(), oneOf(VALUES));
      case 3 -> Op.put(key(), oneOf(VALUES), below(20) == 0 ? -1 : lease());
      case 4 -> Op.delete(range());
      case 5, 6 -> Op.get(readOfThePresent());
      default -> new Op.Nested(txn(depth + 1));
    };
  }

  private Compare compare() {
    Relation relation = oneOf(List.of(Relation.values()));
    if (below(4) == 0) {
      return new Compare.OfValue(range(), relation, oneOf(VALUES));
    }
    Field field = oneOf(List.of(Field.values()));
    return new Compare.OfField(range(), field, relation, operand(field));
  }

  private long operand(Field field) {
    return switch (below(8)) {
      case 0 -> -1;
      case 1 -> below(2) == 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
      case 2, 3 -> below(3);
      default -> field == Field.VERSION ? below(5) : firstRevision + below(600);
    };
  }

  /** Mostly few, often none. */
  private <T> List<T> some(Supplier<T> one) {
    return IntStream.range(0, below(4)).mapToObj(i -> one.get()).toList();
  }

  /** Sometimes none at all, which etcd refuses. */
  private Bytes key() {
    return below(100) == 0 ? Bytes.EMPTY : oneOf(KEYS);
  }

  private <T> T oneOf(List<T> choices) {
    return choices.get(below(choices.size()));
  }
}
