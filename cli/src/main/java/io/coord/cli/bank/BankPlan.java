package io.coord.cli.bank;

import io.coord.stm.Isolation;

/**
 * How much is to be done.
 *
 * @param accounts the number of accounts
 * @param initialBalance what each of them begins with
 * @param workers how many move money at the same time
 * @param extent for how long they go on
 * @param isolation how far transfers are kept apart
 * @param seed where the choice of accounts begins
 */
public record BankPlan(
    int accounts, long initialBalance, int workers, Extent extent, Isolation isolation, long seed) {

  public BankPlan {
    requireAtLeast("accounts", accounts, 2);
    requireAtLeast("workers", workers, 1);
  }

  private static void requireAtLeast(String what, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "the number of " + what + " is " + value + "; expected at least " + least);
    }
  }
}
