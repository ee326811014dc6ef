package io.coord.testkit;

import io.coord.testkit.internal.cluster.ClusterAdmin;
import io.coord.testkit.internal.cluster.ClusterHost;
import io.coord.testkit.internal.cluster.EtcdctlWords;
import io.coord.testkit.internal.provision.Command;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The real etcdctl of a cluster's backend.
 *
 * @param host runs it
 * @param admin knows as whom it has to log in
 */
record Etcdctl(ClusterHost host, ClusterAdmin admin) {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  String run(List<Integer> members, List<String> words) {
    Command done = host.etcdctl(members, words, environment(words), LIMIT);
    if (done.exitCode() != 0) {
      throw new EtcdClusterException(
          "\"%s\" ended with %d: %s"
              .formatted(new EtcdctlWords(words), done.exitCode(), done.errors().strip()));
    }
    return done.output();
  }

  EtcdctlProcess start(List<Integer> members, List<String> words) {
    return host.etcdctlProcess(members, words, environment(words));
  }

  private Map<String, String> environment(List<String> words) {
    Map<String, String> environment = new HashMap<>(Map.of("ETCDCTL_API", "3"));
    if (words.stream().noneMatch(word -> word.startsWith("--user"))) {
      admin.userAndPassword().ifPresent(login -> environment.put("ETCDCTL_USER", login));
    }
    return environment;
  }
}
