package io.coord.testkit.internal.cluster;

import io.coord.testkit.EtcdBinary;
import io.coord.testkit.EtcdClusterException;
import io.coord.testkit.internal.provision.Command;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The etcdctl of this machine, pointed at some members.
 *
 * @param binary the etcd beside which it is
 * @param members where it asks
 */
record LocalEtcdctlCommand(EtcdBinary binary, List<URI> members) {

  Command run(List<String> words, Map<String, String> environment, Duration limit) {
    try {
      return Command.run(builder(words, environment), limit);
    } catch (IOException e) {
      throw new EtcdClusterException("etcdctl failed: " + e.getMessage(), e);
    }
  }

  /** Who starts the process, and so ends it at the latest. */
  interface Launcher {
    Process launch(ProcessBuilder builder) throws IOException;
  }

  LocalEtcdctl start(List<String> words, Map<String, String> environment, Launcher launcher) {
    try {
      Process process = launcher.launch(builder(words, environment));
      return new LocalEtcdctl(new EtcdctlWords(words).toString(), process);
    } catch (IOException e) {
      throw new EtcdClusterException("cannot start etcdctl: " + e.getMessage(), e);
    }
  }

  /** What the user has set for his own etcdctl is not for this one, which refuses some of it. */
  private ProcessBuilder builder(List<String> words, Map<String, String> environment) {
    ProcessBuilder builder = new ProcessBuilder(line(words));
    builder.environment().keySet().removeIf(name -> name.startsWith("ETCDCTL_"));
    builder.environment().putAll(environment);
    return builder;
  }

  private List<String> line(List<String> words) {
    Path etcdctl =
        binary
            .etcdctl()
            .orElseThrow(
                () ->
                    new EtcdClusterException(
                        "there is no etcdctl beside "
                            + binary.etcd()
                            + "; install it too (Debian, Ubuntu: apt-get install etcd-client)"));
    String endpoints = members.stream().map(URI::toString).collect(Collectors.joining(","));
    List<String> line = new ArrayList<>(List.of(etcdctl.toString(), "--endpoints=" + endpoints));
    line.addAll(words);
    return line;
  }
}
