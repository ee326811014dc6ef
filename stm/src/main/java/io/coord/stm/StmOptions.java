package io.coord.stm;

import static java.util.Objects.requireNonNull;

import io.coord.core.Bytes;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How transactions are isolated and attempted. Immutable; begin with {@link #defaults()}.
 *
 * @param isolation how far they are kept apart from what others commit
 * @param maxAttempts how often the body is run before a {@link StmConflictException}; an attempt on
 *     what was remembered counts too, see {@link CommitSharing}. One more, by itself, is made when
 *     the last one failed only for the sake of others that it shared its commit with
 * @param backoffBase the longest pause after the second conflict; it doubles with every further
 *     one. The retry after the first conflict is immediate
 * @param backoffCap the longest pause after any conflict. Each pause is drawn at random between
 *     zero and its longest
 * @param maxOperations how many operations etcd takes in one transaction, as its option {@code
 *     --max-txn-ops} says
 * @param unknownOutcome what is done about a commit whose answer was lost
 * @param prefetch keys that are fetched together with the first read of each attempt
 * @param listener is told of commits and conflicts, if there is one
 * @param commitSharing whether transactions that arrive together are committed together
 */
public record StmOptions(
    Isolation isolation,
    int maxAttempts,
    Duration backoffBase,
    Duration backoffCap,
    int maxOperations,
    UnknownOutcome unknownOutcome,
    List<Bytes> prefetch,
    Optional<StmListener> listener,
    CommitSharing commitSharing) {

  private static final StmOptions DEFAULTS =
      new StmOptions(
          Isolation.SERIALIZABLE_SNAPSHOT,
          100,
          Duration.ofMillis(1),
          Duration.ofMillis(100),
          128,
          UnknownOutcome.RESOLVE,
          List.of(),
          Optional.empty(),
          CommitSharing.ALLOWED);

  /**
   * Checks the values.
   *
   * @param isolation how far they are kept apart from what others commit
   * @param maxAttempts at least 1
   * @param backoffBase zero or positive
   * @param backoffCap zero or positive
   * @param maxOperations at least 2
   * @param unknownOutcome what is done about a commit whose answer was lost
   * @param prefetch keys, none of them empty
   * @param listener is told of commits and conflicts
   * @param commitSharing whether transactions that arrive together are committed together
   * @throws IllegalArgumentException when one is out of its range, naming it
   */
  public StmOptions {
    requireNonNull(isolation, "the isolation level is null");
    requireNonNull(unknownOutcome, "what is done about an unknown outcome is null");
    requireNonNull(commitSharing, "whether commits are shared is null");
    requireAtLeast("number of attempts", maxAttempts, 1);
    requireAtLeast("number of operations in a transaction", maxOperations, 2);
    requireNotNegative("base of the backoff", backoffBase);
    requireNotNegative("cap of the backoff", backoffCap);
    prefetch = List.copyOf(prefetch);
    if (prefetch.contains(Bytes.EMPTY)) {
      throw new IllegalArgumentException(
          "a key to prefetch is empty; expected at least one byte: " + prefetch);
    }
  }

  /**
   * The settings for most uses: {@link Isolation#SERIALIZABLE_SNAPSHOT}, 100 attempts, pauses of 1
   * to 100 milliseconds at most, 128 operations, lost answers resolved, nothing prefetched, commits
   * shared.
   *
   * @return the settings
   */
  public static StmOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Sets how far transactions are kept apart.
   *
   * @param level the level
   * @return new settings
   */
  public StmOptions withIsolation(Isolation level) {
    return with(draft -> draft.isolation = level);
  }

  /**
   * Sets how often the body is run at most.
   *
   * @param attempts at least 1
   * @return new settings
   * @throws IllegalArgumentException when it is less than 1
   */
  public StmOptions withMaxAttempts(int attempts) {
    return with(draft -> draft.maxAttempts = attempts);
  }

  /**
   * Sets the pauses between attempts.
   *
   * @param base the longest pause after the second conflict; zero for no pauses
   * @param cap the longest pause after any conflict
   * @return new settings
   * @throws IllegalArgumentException when one is negative
   */
  public StmOptions withBackoff(Duration base, Duration cap) {
    return with(
        draft -> {
          draft.backoffBase = base;
          draft.backoffCap = cap;
        });
  }

  /**
   * Sets how many operations etcd takes in one transaction, where its {@code --max-txn-ops} is not
   * 128.
   *
   * @param operations at least 2
   * @return new settings
   * @throws IllegalArgumentException when it is less than 2
   */
  public StmOptions withMaxOperations(int operations) {
    return with(draft -> draft.maxOperations = operations);
  }

  /**
   * Sets what is done about a commit whose answer was lost.
   *
   * @param policy what is done
   * @return new settings
   */
  public StmOptions withUnknownOutcome(UnknownOutcome policy) {
    return with(draft -> draft.unknownOutcome = policy);
  }

  /**
   * Sets keys that the body is going to read: they come with its first read, in the same round
   * trip. One that the body does not read after all does not bind the commit.
   *
   * @param keys the keys, none of them empty; in place of those that were set before
   * @return new settings
   * @throws IllegalArgumentException when a key is empty
   */
  public StmOptions withPrefetch(Collection<Bytes> keys) {
    return with(draft -> draft.prefetch = List.copyOf(keys));
  }

  /**
   * Sets keys that the body is going to read, as {@link #withPrefetch(Collection)} does.
   *
   * @param keys the keys, none of them empty; in place of those that were set before
   * @return new settings
   * @throws IllegalArgumentException when a key is empty
   */
  public StmOptions withPrefetch(String... keys) {
    return withPrefetch(Arrays.stream(keys).map(Bytes::utf8).toList());
  }

  /**
   * Sets who is told of commits and conflicts.
   *
   * @param told is told, in place of the one that was set before
   * @return new settings
   */
  public StmOptions withListener(StmListener told) {
    return with(draft -> draft.listener = Optional.of(told));
  }

  /**
   * Sets whether transactions of the connection that arrive together are committed together.
   *
   * @param sharing whether they are
   * @return new settings
   */
  public StmOptions withCommitSharing(CommitSharing sharing) {
    return with(draft -> draft.commitSharing = sharing);
  }

  private StmOptions with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.options();
  }

  private static void requireAtLeast(String what, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "the " + what + " is " + value + "; expected at least " + least);
    }
  }

  private static void requireNotNegative(String what, Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException(
          "the " + what + " is " + value + "; expected zero or a positive duration");
    }
  }

  /** Settings that are being changed. */
  private static final class Draft {
    private Isolation isolation;
    private int maxAttempts;
    private Duration backoffBase;
    private Duration backoffCap;
    private int maxOperations;
    private UnknownOutcome unknownOutcome;
    private List<Bytes> prefetch;
    private Optional<StmListener> listener;
    private CommitSharing commitSharing;

    Draft(StmOptions before) {
      isolation = before.isolation;
      maxAttempts = before.maxAttempts;
      backoffBase = before.backoffBase;
      backoffCap = before.backoffCap;
      maxOperations = before.maxOperations;
      unknownOutcome = before.unknownOutcome;
      prefetch = before.prefetch;
      listener = before.listener;
      commitSharing = before.commitSharing;
    }

    StmOptions options() {
      return new StmOptions(
          isolation,
          maxAttempts,
          backoffBase,
          backoffCap,
          maxOperations,
          unknownOutcome,
          prefetch,
          listener,
          commitSharing);
    }
  }
}
