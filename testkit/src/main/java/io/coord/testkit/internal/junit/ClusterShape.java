package io.coord.testkit.internal.junit;

import java.util.List;

/**
 * What tells one shared cluster from another.
 *
 * @param members how many members
 * @param flags further flags of etcd
 */
public record ClusterShape(int members, List<String> flags) {

  /** Copies the flags. */
  public ClusterShape {
    flags = List.copyOf(flags);
  }
}
