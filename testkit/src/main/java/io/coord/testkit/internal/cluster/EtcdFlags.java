package io.coord.testkit.internal.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Builds a member's command line, flag by flag. */
public final class EtcdFlags {

  private static final Pattern MAJOR_MINOR = Pattern.compile("^v?(\\d+)\\.(\\d+)");

  private final List<String> words = new ArrayList<>();

  public EtcdFlags(String executable) {
    words.add(executable);
  }

  public EtcdFlags flag(String name, String value) {
    words.add("--" + name + "=" + value);
    return this;
  }

  /** Who the member is. */
  public EtcdFlags identity(ClusterSpec spec, int index, IntFunction<String> peerUrl) {
    return flag("name", ClusterSpec.memberName(index))
        .flag("initial-advertise-peer-urls", peerUrl.apply(index))
        .flag("initial-cluster", spec.initialCluster(peerUrl))
        .flag("initial-cluster-token", spec.name())
        .flag("initial-cluster-state", "new");
  }

  /** Leaves out syncing to disk: no test here pulls the plug of a machine. */
  public EtcdFlags withoutSync(String version) {
    Matcher matcher = MAJOR_MINOR.matcher(version);
    if (matcher.find()) {
      int major = Integer.parseInt(matcher.group(1));
      int minor = Integer.parseInt(matcher.group(2));
      if (major > 3 || (major == 3 && minor >= 5)) {
        words.add("--unsafe-no-fsync");
      }
    }
    return this;
  }

  public EtcdFlags tls(ClusterSpec spec, UnaryOperator<String> placed) {
    spec.tls()
        .ifPresent(
            tls -> {
              flag("cert-file", placed.apply(tls.certificate().toString()));
              flag("key-file", placed.apply(tls.key().toString()));
              tls.clientCa()
                  .ifPresent(
                      ca -> {
                        flag("trusted-ca-file", placed.apply(ca.toString()));
                        words.add("--client-cert-auth");
                      });
            });
    return this;
  }

  /** What the test asked for comes last, so that it wins. */
  public List<String> with(List<String> flags) {
    words.addAll(flags);
    return List.copyOf(words);
  }
}
