package io.coord.it.torture.simulated.model;

/** Clients that use one primitive at random, and the rules that must hold meanwhile. */
public interface Model {

  /**
   * Runs to the end.
   *
   * @return how much was tried: grants, values, transactions
   * @throws Violation as soon as a rule is broken
   */
  int run();
}
