package io.coord.locks.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.line.Signature;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.Compare.Field;
import io.coord.core.internal.store.Compare.Relation;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.TxnRequest;
import io.coord.locks.MaximumMismatchException;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/*
 * The maximum of a semaphore, as the key n/limit/<maximum>: there is one, and it only rises.
 *
 *   (no key) --agree: put if there is none--> n/limit/5 --raise: replace it--> n/limit/8
 *
 * Both transactions are harmless to repeat: the first does nothing once there is a key, the second
 * nothing once its old key is gone. What was the outcome is read from what is there afterwards, so a
 * lost reply is resolved by asking again.
 *
 * Keys below n/limit/ that name no number are somebody else's and count as nothing. They cannot be
 * told apart by a compare, so where they are, the put is guarded by the revision of a read that found
 * no number: no key below n/limit/ was written since. Each round that fails means that one was.
 *
 * A client asks once, with its first acquisition, and then goes by what it was told or by a greater
 * number that it sees in the line: both were agreed on. If somebody deletes the key, those who have
 * asked go on as before, and the next one to ask puts its own number.
 */

/** Agrees on the maximum of one semaphore. Safe to share between threads. */
public final class Maximum {

  private final CoordRuntime coord;
  private final String name;
  private final PermitAdmission keys;
  private final KeyRange limits;
  private final int given;
  private volatile OptionalInt agreed = OptionalInt.empty();

  /** The maximum below a prefix, which this client believes to be {@code given}. */
  public Maximum(CoordRuntime coord, String name, Bytes prefix, int given) {
    this.coord = coord;
    this.name = name;
    this.keys = new PermitAdmission(prefix.length(), given);
    this.limits = KeyRange.prefix(prefix.concat(PermitAdmission.LIMIT));
    this.given = given;
  }

  /** The number that clients agreed on, as far as this one has learned. */
  public OptionalInt known() {
    return agreed;
  }

  /**
   * Gives a maximum that admits so many permits, asking etcd only if what is known does not.
   *
   * <p>Fails with {@link MaximumMismatchException}, and with {@link IllegalArgumentException} when
   * so many are never given.
   */
  public CompletableFuture<Integer> admitting(int permits) {
    if (agreed.isPresent()) {
      int known = agreed.getAsInt();
      return permits <= known
          ? CompletableFuture.completedFuture(known)
          : read().thenApply(now -> checked(permits, learn(Math.max(known, now.orElse(0)))));
    }
    return agree().thenApply(now -> checked(permits, now));
  }

  private int checked(int permits, int maximum) {
    if (permits > maximum) {
      throw new IllegalArgumentException(
          permits
              + " permits of semaphore "
              + name
              + " can never be given: its maximum is "
              + maximum
              + "; expected no more than that");
    }
    return maximum;
  }

  private CompletableFuture<Integer> agree() {
    return putIfThereIsNone(new Compare.OfField(limits, Field.CREATE_REVISION, Relation.EQUAL, 0))
        .thenApply(
            found -> {
              if (found != given) {
                throw new MaximumMismatchException(name, given, found);
              }
              return learn(found);
            });
  }

  /** Gives the maximum that there is afterwards. */
  private CompletableFuture<Integer> putIfThereIsNone(Compare condition) {
    TxnRequest request =
        TxnRequest.when(condition)
            .then(putLimit(given))
            .otherwise(Op.get(RangeRequest.of(limits).keysOnly()))
            .harmlessToRepeat();
    return coord
        .store()
        .txn(request)
        .thenCompose(
            answer -> {
              if (answer.succeeded()) {
                return CompletableFuture.completedFuture(given);
              }
              OptionalInt found = in(answer.range(0));
              return found.isPresent()
                  ? CompletableFuture.completedFuture(found.getAsInt())
                  : putIfThereIsNone(nothingWrittenSince(answer.revision()));
            });
  }

  private Compare nothingWrittenSince(long revision) {
    return new Compare.OfField(limits, Field.MOD_REVISION, Relation.LESS, revision + 1);
  }

  /** The maximum in etcd; empty when there is none. */
  public CompletableFuture<OptionalInt> read() {
    return readLimits().thenApply(this::in);
  }

  private CompletableFuture<RangeResult> readLimits() {
    return coord.store().range(RangeRequest.of(limits).keysOnly());
  }

  /** Raises to a number; fails with {@link IllegalArgumentException} when it is more already. */
  public CompletableFuture<Integer> raise(int wanted) {
    return readLimits()
        .thenCompose(
            found -> {
              OptionalInt now = in(found);
              if (now.orElse(0) > wanted) {
                throw new IllegalArgumentException(
                    "the maximum of semaphore "
                        + name
                        + " is "
                        + now.getAsInt()
                        + " already, and can only be raised; expected more, and got "
                        + wanted);
              }
              return raiseFrom(found, wanted);
            });
  }

  /** Replaces what was found until what is found is enough; others may be raising too. */
  private CompletableFuture<Integer> raiseFrom(RangeResult found, int wanted) {
    OptionalInt now = in(found);
    if (now.orElse(0) >= wanted) {
      return CompletableFuture.completedFuture(learn(now.getAsInt()));
    }
    return replace(now, found.revision(), wanted)
        .thenCompose(answered -> readLimits())
        .thenCompose(next -> raiseFrom(next, wanted));
  }

  private CompletableFuture<?> replace(OptionalInt present, long readAt, int wanted) {
    TxnRequest request =
        present.isPresent()
            ? TxnRequest.when(Compare.exists(limitKey(present.getAsInt())))
                .then(Op.delete(limitKey(present.getAsInt())), putLimit(wanted))
            : TxnRequest.when(nothingWrittenSince(readAt)).then(putLimit(wanted));
    return coord.store().txn(request.harmlessToRepeat());
  }

  private Op putLimit(int maximum) {
    return Op.put(limitKey(maximum), Signature.now(coord).encode());
  }

  private Bytes limitKey(int maximum) {
    return limits.start().concat(Bytes.utf8(Integer.toString(maximum)));
  }

  private OptionalInt in(RangeResult found) {
    return found.kvs().stream()
        .map(kv -> keys.limit(kv.key()))
        .filter(OptionalInt::isPresent)
        .mapToInt(OptionalInt::getAsInt)
        .max();
  }

  private int learn(int maximum) {
    agreed = OptionalInt.of(maximum);
    return maximum;
  }
}
