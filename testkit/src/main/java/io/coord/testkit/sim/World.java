package io.coord.testkit.sim;

/** What every part of one simulation shares: time, chance, weather, and the record of it all. */
final class World {

  private final EventQueue queue = new EventQueue();
  private final History history = new History(queue);
  private final Dice dice;
  private SimulatedFaults faults;

  World(long seed, SimulatedFaults faults) {
    this.dice = new Dice(seed);
    this.faults = faults;
  }

  EventQueue queue() {
    return queue;
  }

  History history() {
    return history;
  }

  Dice dice() {
    return dice;
  }

  SimulatedFaults faults() {
    return faults;
  }

  void changeFaults(SimulatedFaults newFaults) {
    faults = newFaults;
  }

  /** Whether a fault strikes now. */
  boolean strikes(MessageFault fault) {
    return dice.chance(faults.probability(fault));
  }

  /** How long a message takes one way, in nanoseconds. */
  long delay() {
    return dice.mostlyShort(faults.shortestDelay(), faults.longestDelay());
  }
}
