package io.coord.barriers;

import io.coord.core.Contender;
import java.util.List;

/**
 * Who takes part in a {@link DoubleBarrier}, as etcd knew it at one moment.
 *
 * @param in those who have entered together and have not left, in the order in which they came
 * @param entering those who wait for others to enter, likewise
 */
public record BarrierMembers(List<Contender> in, List<Contender> entering) {

  /**
   * Copies the lists.
   *
   * @param in those who are in
   * @param entering those who wait to enter
   */
  public BarrierMembers {
    in = List.copyOf(in);
    entering = List.copyOf(entering);
  }
}
