package io.coord.it.torture.simulated;

import io.coord.testkit.sim.SimulatedFaults;
import java.util.EnumSet;
import java.util.Set;

/** What goes wrong in a run; each more than the one before. */
public enum Weather {
  /** Messages overtake each other; nothing else. */
  FAIR,
  /** Messages are lost, held up and doubled. */
  LOSSY,
  /** And clients are cut off and paused, servers stop, leaders change, the past is compacted. */
  STORMY,
  /** The same, every few seconds. */
  WILD,
  /** And somebody deletes keys and revokes leases, so that exclusion cannot be kept. */
  HOSTILE;

  /** Those in which etcd keeps its promises. */
  static Set<Weather> honest() {
    return EnumSet.range(FAIR, WILD);
  }

  /** All of them. */
  static Set<Weather> all() {
    return EnumSet.allOf(Weather.class);
  }

  SimulatedFaults faults() {
    return switch (this) {
      case FAIR -> SimulatedFaults.none();
      case LOSSY -> SimulatedFaults.lossy();
      case STORMY -> SimulatedFaults.stormy();
      case WILD -> SimulatedFaults.stormy().timesAsOften(5);
      case HOSTILE -> SimulatedFaults.hostile().timesAsOften(3);
    };
  }
}
