package io.coord.cli.bank;

/**
 * How much is to be done.
 *
 * @param accounts the number of accounts
 * @param initialBalance what each of them begins with
 * @param workers how many move money at the same time
 * @param transfers how many transfers each of them makes
 * @param seed where the choice of accounts begins
 */
public record BankPlan(int accounts, long initialBalance, int workers, int transfers, long seed) {

  public BankPlan {
    requireAtLeast("accounts", accounts, 2);
    requireAtLeast("workers", workers, 1);
    requireAtLeast("transfers", transfers, 0);
  }

  public long allTransfers() {
    return (long) workers * transfers;
  }

  private static void requireAtLeast(String what, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "the number of " + what + " is " + value + "; expected at least " + least);
    }
  }
}
