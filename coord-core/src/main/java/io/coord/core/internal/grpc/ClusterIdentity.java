package io.coord.core.internal.grpc;

import io.coord.core.Endpoint;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which cluster a store is connected to: that of the first member that answered.
 *
 * <p>A member of any other is not used. Endpoints of two clusters would let two hold one lock; and
 * a cluster that was made anew behind an endpoint, from a snapshot say, is at an earlier time, in
 * which others hold what our sessions hold. etcd makes a cluster's number of the addresses and the
 * token that it is begun with, and says it with each answer.
 */
final class ClusterIdentity {

  private static final Logger LOG = LoggerFactory.getLogger(ClusterIdentity.class);

  private final String name;

  /** The strangers, and what was logged about each. */
  private final Map<Endpoint, String> strangers = new HashMap<>();

  private @Nullable Endpoint first;
  private long id;

  ClusterIdentity(String name) {
    this.name = name;
  }

  /**
   * A member says of what cluster it is.
   *
   * @param answered the number; 0 from a server that gives none
   * @return why it must not be used; empty when it may
   */
  Optional<String> objection(Endpoint endpoint, long answered) {
    Endpoint known = first;
    if (known == null) {
      if (answered != 0) {
        first = endpoint;
        id = answered;
      }
      return Optional.empty();
    }
    if (answered == id || answered == 0) {
      strangers.remove(endpoint);
      return Optional.empty();
    }
    String objection =
        "it is a member of cluster "
            + Long.toHexString(answered)
            + ", this connection was made to cluster "
            + Long.toHexString(id)
            + " ("
            + known
            + ")";
    if (!objection.equals(strangers.put(endpoint, objection))) {
      LOG.warn("{}: {} is not used: {}", name, endpoint, objection);
    }
    return Optional.of(objection);
  }

  boolean hasStrangers() {
    return !strangers.isEmpty();
  }
}
