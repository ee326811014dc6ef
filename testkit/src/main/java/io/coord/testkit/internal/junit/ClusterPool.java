package io.coord.testkit.internal.junit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdClusterBuilder;
import io.coord.testkit.EtcdClusterException;
import io.coord.testkit.internal.choice.Hosts;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The clusters of a test run: given out to one class at a time, closed with the run. */
public final class ClusterPool implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ClusterPool.class);

  @GuardedBy("this")
  private final Map<ClusterShape, Deque<EtcdCluster>> idle = new HashMap<>();

  @GuardedBy("this")
  private final List<EtcdCluster> all = new ArrayList<>();

  /** Gives a cluster of this shape, whole and empty; starts one when none is idle. */
  public EtcdCluster take(ClusterShape shape) {
    for (Optional<EtcdCluster> used = poll(shape); used.isPresent(); used = poll(shape)) {
      if (isRestored(used.get())) {
        return used.get();
      }
    }
    EtcdClusterBuilder builder = EtcdCluster.builder().members(shape.members());
    shape.flags().forEach(builder::flag);
    EtcdCluster started = builder.start();
    synchronized (this) {
      all.add(started);
    }
    return started;
  }

  /** A cluster of the user's is always the same, whatever was asked for. */
  private static ClusterShape key(ClusterShape shape) {
    return Hosts.areExternal() ? new ClusterShape(1, shape.flags()) : shape;
  }

  /** Takes a cluster back, in whatever state. */
  public synchronized void giveBack(ClusterShape shape, EtcdCluster cluster) {
    idle.computeIfAbsent(key(shape), missing -> new ArrayDeque<>()).push(cluster);
  }

  private synchronized Optional<EtcdCluster> poll(ClusterShape shape) {
    return Optional.ofNullable(idle.get(key(shape))).map(Deque::poll);
  }

  /**
   * Repairs and empties a used cluster; one that cannot be is closed, so that another is started.
   */
  private static boolean isRestored(EtcdCluster used) {
    try {
      used.heal();
      used.deleteEverything();
      return true;
    } catch (EtcdClusterException e) {
      LOG.info("{} cannot be used again and is replaced", used, e);
      used.close();
      return false;
    }
  }

  @Override
  public void close() {
    List<EtcdCluster> started;
    synchronized (this) {
      started = List.copyOf(all);
    }
    started.forEach(EtcdCluster::close);
  }
}
