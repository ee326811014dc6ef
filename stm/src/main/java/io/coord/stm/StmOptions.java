package io.coord.stm;

import java.time.Duration;

/**
 * How transactions are attempted. Immutable; begin with {@link #defaults()}.
 *
 * @param maxAttempts how often the body is run before a {@link StmConflictException}
 * @param backoffBase the longest pause after the second conflict; it doubles with every further
 *     one. The retry after the first conflict is immediate
 * @param backoffCap the longest pause after any conflict. Each pause is drawn at random between
 *     zero and its longest
 * @param maxOperations how many operations etcd takes in one transaction, as its option {@code
 *     --max-txn-ops} says
 * @param unknownOutcome what is done about a commit whose answer was lost
 */
public record StmOptions(
    int maxAttempts,
    Duration backoffBase,
    Duration backoffCap,
    int maxOperations,
    UnknownOutcome unknownOutcome) {

  private static final StmOptions DEFAULTS =
      new StmOptions(
          100, Duration.ofMillis(1), Duration.ofMillis(100), 128, UnknownOutcome.RESOLVE);

  /**
   * Checks the values.
   *
   * @param maxAttempts at least 1
   * @param backoffBase zero or positive
   * @param backoffCap zero or positive
   * @param maxOperations at least 2
   * @param unknownOutcome what is done about a commit whose answer was lost
   * @throws IllegalArgumentException when one is out of its range, naming it
   */
  public StmOptions {
    requireAtLeast("number of attempts", maxAttempts, 1);
    requireAtLeast("number of operations in a transaction", maxOperations, 2);
    requireNotNegative("base of the backoff", backoffBase);
    requireNotNegative("cap of the backoff", backoffCap);
  }

  /**
   * The settings for most uses: 100 attempts, pauses of 1 to 100 milliseconds at most, 128
   * operations, and lost answers resolved.
   *
   * @return the settings
   */
  public static StmOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Sets how often the body is run at most.
   *
   * @param attempts at least 1
   * @return new settings
   * @throws IllegalArgumentException when it is less than 1
   */
  public StmOptions withMaxAttempts(int attempts) {
    return new StmOptions(attempts, backoffBase, backoffCap, maxOperations, unknownOutcome);
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
    return new StmOptions(maxAttempts, base, cap, maxOperations, unknownOutcome);
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
    return new StmOptions(maxAttempts, backoffBase, backoffCap, operations, unknownOutcome);
  }

  /**
   * Sets what is done about a commit whose answer was lost.
   *
   * @param policy what is done
   * @return new settings
   */
  public StmOptions withUnknownOutcome(UnknownOutcome policy) {
    return new StmOptions(maxAttempts, backoffBase, backoffCap, maxOperations, policy);
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
}
