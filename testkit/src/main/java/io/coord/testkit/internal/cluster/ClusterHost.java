package io.coord.testkit.internal.cluster;

import io.coord.testkit.EtcdctlProcess;
import io.coord.testkit.internal.provision.Command;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What a backend does for a whole cluster. */
public interface ClusterHost extends AutoCloseable {

  /** The members, by their index. */
  List<MemberHost> members();

  /** The access that clients have to a member. */
  ClientAccess access(int index);

  /** Starts all members for the first time. */
  void startAll();

  /** Runs etcdctl to its end against some members. */
  Command etcdctl(
      List<Integer> members, List<String> words, Map<String, String> environment, Duration limit);

  /** Starts an etcdctl that keeps running against some members. */
  EtcdctlProcess etcdctlProcess(
      List<Integer> members, List<String> words, Map<String, String> environment);

  /** What runs the members, with its version, for messages. */
  String description();

  /** Ends all members and removes their data. Never throws. */
  @Override
  void close();
}
