package io.coord.cli.bank;

import java.time.Duration;

/**
 * What is to be seen of a bank at work.
 *
 * @param commits transfers that were committed
 * @param conflicts attempts that somebody else's change made void
 * @param sum what a reader has just found in all accounts, at one revision
 * @param elapsed since the workers began
 */
record BankSight(long commits, long conflicts, long sum, Duration elapsed) {}
