package io.coord.it.torture.simulated;

import io.coord.it.torture.simulated.model.Strangers;
import io.coord.testkit.sim.MessageFault;
import io.coord.testkit.sim.SimulatedFaults;
import java.time.Duration;
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
  /** The same, for shorter times but all the time, and many answers come late. */
  SLOW,
  /** And somebody deletes keys and revokes leases, so that exclusion cannot be kept. */
  HOSTILE;

  private static final Duration SHORT = Duration.ofSeconds(5);

  /** Those in which etcd keeps its promises. */
  static Set<Weather> honest() {
    return EnumSet.range(FAIR, SLOW);
  }

  /** All of them. */
  static Set<Weather> all() {
    return EnumSet.allOf(Weather.class);
  }

  /** Whether anybody but the clients changes anything. */
  Strangers strangers() {
    return this == HOSTILE ? Strangers.MEDDLE : Strangers.KEEP_OUT;
  }

  SimulatedFaults faults() {
    return switch (this) {
      case FAIR -> SimulatedFaults.none();
      case LOSSY -> SimulatedFaults.lossy();
      case STORMY -> SimulatedFaults.stormy();
      case WILD -> SimulatedFaults.stormy().timesAsOften(5);
      case SLOW ->
          SimulatedFaults.stormy()
              .timesAsOften(10)
              .lastingUpTo(SHORT)
              .with(MessageFault.DELAY_REPLY, 0.2);
      case HOSTILE -> SimulatedFaults.hostile().timesAsOften(3);
    };
  }
}
