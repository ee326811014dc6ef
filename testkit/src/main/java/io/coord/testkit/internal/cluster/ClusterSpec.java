package io.coord.testkit.internal.cluster;

import io.coord.testkit.EtcdTls;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a cluster shall be, whichever backend runs it.
 *
 * @param name for logs, threads and folders; also the cluster's token
 * @param members how many
 * @param flags further command line flags of etcd, whole, such as {@code --max-txn-ops=64}
 * @param tls certificates for the members' client addresses
 */
public record ClusterSpec(String name, int members, List<String> flags, Optional<EtcdTls> tls) {

  /** Copies the flags. */
  public ClusterSpec {
    flags = List.copyOf(flags);
  }

  /** The name of a member. */
  public static String memberName(int index) {
    return "m" + index;
  }

  /** The scheme of the addresses for clients. */
  public String clientScheme() {
    return tls.isPresent() ? "https" : "http";
  }

  /** The value of etcd's flag that lists all members. */
  String initialCluster(IntFunction<String> peerUrl) {
    return IntStream.range(0, members)
        .mapToObj(i -> memberName(i) + "=" + peerUrl.apply(i))
        .collect(Collectors.joining(","));
  }
}
