package io.coord.testkit.internal.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.testkit.EtcdBinary;
import io.coord.testkit.EtcdClusterException;
import io.coord.testkit.EtcdctlProcess;
import io.coord.testkit.internal.net.ClientLink;
import io.coord.testkit.internal.net.LinkLoop;
import io.coord.testkit.internal.net.PeerMesh;
import io.coord.testkit.internal.provision.Command;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Members that are processes of this machine, with their data in memory where possible. */
public final class ProcessCluster implements ClusterHost {

  private static final Logger LOG = LoggerFactory.getLogger(ProcessCluster.class);

  private static final long END_SECONDS = 20;

  private final ClusterSpec spec;
  private final EtcdBinary binary;
  private final LinkLoop loop;
  private final PeerMesh mesh;
  private final List<ClientAccess> accesses = new ArrayList<>();
  private final List<MemberHost> members = new ArrayList<>();
  private final Path folder;

  @GuardedBy("this")
  private final List<Process> processes = new ArrayList<>();

  @GuardedBy("this")
  private boolean closed;

  private final Optional<Watchdog> watchdog;

  /**
   * Prepares folders and links; nothing runs yet.
   *
   * @param spec what the cluster shall be
   * @param binary the etcd to run
   */
  public ProcessCluster(ClusterSpec spec, EtcdBinary binary) {
    this.spec = spec;
    this.binary = binary;
    try {
      this.folder = DataFolder.create(spec);
      this.watchdog = Watchdog.startIfPossible();
      watchdog.ifPresent(dog -> dog.folder(folder));
      this.loop = new LinkLoop(spec.name());
      this.mesh = PeerMesh.create(loop, spec.members());
      for (int i = 0; i < spec.members(); i++) {
        Path own = Files.createDirectory(folder.resolve(ClusterSpec.memberName(i)));
        accesses.add(new LinkedAccess(ClientLink.create(loop), spec.clientScheme()));
        members.add(new ProcessMember(this, i, own));
      }
    } catch (IOException e) {
      throw new EtcdClusterException("cannot prepare the cluster " + spec.name(), e);
    }
  }

  @Override
  public List<MemberHost> members() {
    return members;
  }

  @Override
  public ClientAccess access(int index) {
    return accesses.get(index);
  }

  @Override
  public void startAll() {
    members.forEach(MemberHost::start);
  }

  ClusterSpec spec() {
    return spec;
  }

  EtcdBinary binary() {
    return binary;
  }

  PeerMesh mesh() {
    return mesh;
  }

  /** Starts a process that ends with the cluster, unless the cluster has ended already. */
  synchronized Process launch(ProcessBuilder builder) throws IOException {
    if (closed) {
      throw new IOException("the cluster " + spec.name() + " is closed");
    }
    Process process = builder.start();
    processes.removeIf(earlier -> !earlier.isAlive());
    processes.add(process);
    watchdog.ifPresent(dog -> dog.process(process));
    return process;
  }

  private synchronized List<Process> endLaunching() {
    closed = true;
    return List.copyOf(processes);
  }

  @Override
  public Command etcdctl(
      List<Integer> asked, List<String> words, Map<String, String> environment, Duration limit) {
    return local(asked).run(words, environment, limit);
  }

  @Override
  public EtcdctlProcess etcdctlProcess(
      List<Integer> asked, List<String> words, Map<String, String> environment) {
    return local(asked).start(words, environment, this::launch);
  }

  private LocalEtcdctlCommand local(List<Integer> asked) {
    List<URI> uris = asked.stream().map(index -> members.get(index).adminUri()).toList();
    return new LocalEtcdctlCommand(binary, uris);
  }

  @Override
  public String description() {
    return "processes of " + binary;
  }

  @Override
  public void close() {
    List<Process> left = endLaunching();
    left.forEach(Process::destroyForcibly);
    left.forEach(this::awaitEnd);
    loop.close();
    watchdog.ifPresent(Watchdog::close);
    DataFolder.delete(folder);
  }

  private void awaitEnd(Process process) {
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("{}: process {} still runs", spec.name(), process.pid());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
