package io.coord.testkit.internal.cluster;

import io.coord.testkit.EtcdClusterException;
import io.coord.testkit.internal.net.PeerMesh;
import io.coord.testkit.internal.net.Ports;
import io.coord.testkit.internal.provision.Command;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A member that is a process of this machine.
 *
 * <p>Clients and peers know it by addresses of the fixture's links, so it may listen elsewhere
 * after each start, and a port that somebody else has taken meanwhile does no harm.
 */
final class ProcessMember implements MemberHost {

  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration END_LIMIT = Duration.ofSeconds(20);
  private static final int PORT_ATTEMPTS = 5;
  private static final int CONNECT_MILLIS = 1000;

  /** Where one run of the member listens. */
  private record Ears(int client, int admin, int peer) {
    static Ears free() {
      return new Ears(Ports.free(), Ports.free(), Ports.free());
    }
  }

  private final ProcessCluster cluster;
  private final int index;
  private final Path folder;
  private volatile Ears ears = Ears.free();
  private volatile @Nullable Process process;

  ProcessMember(ProcessCluster cluster, int index, Path folder) {
    this.cluster = cluster;
    this.index = index;
    this.folder = folder;
  }

  @Override
  public void start() {
    for (int attempt = 1; ; attempt++) {
      ears = Ears.free();
      try {
        Process started = launch();
        process = started;
        if (awaitListening(started)) {
          cluster.mesh().place(index, local(ears.peer));
          return;
        }
      } catch (IOException e) {
        throw new EtcdClusterException("cannot start " + this + ": " + e.getMessage(), e);
      }
      if (attempt == PORT_ATTEMPTS || !logTail().contains("address already in use")) {
        throw new EtcdClusterException(this + " ended while it started. Its log:\n" + logTail());
      }
    }
  }

  private Process launch() throws IOException {
    ClusterSpec spec = cluster.spec();
    List<String> command =
        new EtcdFlags(cluster.binary().etcd().toString())
            .identity(spec, index, PeerMesh::peerUrl)
            .flag("data-dir", folder.resolve("data").toString())
            .flag("listen-peer-urls", "http://127.0.0.1:" + ears.peer)
            .flag(
                "listen-client-urls",
                spec.clientScheme()
                    + "://127.0.0.1:"
                    + ears.client
                    + ",http://127.0.0.1:"
                    + ears.admin)
            .flag("advertise-client-urls", cluster.access(index).endpoint())
            .withoutSync(cluster.binary().version())
            .tls(spec, path -> path)
            .with(spec.flags());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    Map<String, String> environment = builder.environment();
    environment
        .keySet()
        .removeIf(
            name ->
                (name.startsWith("ETCD_") && !name.equals("ETCD_UNSUPPORTED_ARCH"))
                    || name.equalsIgnoreCase("no_proxy")
                    || name.equalsIgnoreCase("http_proxy")
                    || name.equalsIgnoreCase("https_proxy")
                    || name.equals("REQUEST_METHOD"));
    environment.put("HTTP_PROXY", cluster.mesh().proxyUrl(index));
    Process started = cluster.launch(builder);
    started.getOutputStream().close();
    return started;
  }

  /** Waits until the member listens; gives false when it has ended instead. */
  private boolean awaitListening(Process started) {
    long start = System.nanoTime();
    while (started.isAlive()) {
      if (accepts(ears.admin) && accepts(ears.client)) {
        return true;
      }
      if (System.nanoTime() - start > START_LIMIT.toNanos()) {
        started.destroyForcibly();
        throw new EtcdClusterException(
            this + " does not listen after " + START_LIMIT + ". Its log:\n" + logTail());
      }
      Waiting.pause();
    }
    return false;
  }

  private static boolean accepts(int port) {
    try (Socket probe = new Socket()) {
      probe.connect(local(port), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static InetSocketAddress local(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  @Override
  public void kill() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
      awaitEnd(running);
    }
  }

  @Override
  public void stop() {
    Process running = process;
    if (running != null) {
      running.destroy();
      awaitEnd(running);
    }
  }

  private void awaitEnd(Process running) {
    try {
      if (!running.waitFor(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        running.destroyForcibly();
        throw new EtcdClusterException(this + " has not ended within " + END_LIMIT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EtcdClusterException("interrupted while " + this + " was to end", e);
    }
  }

  @Override
  public void freeze() {
    signal("STOP");
    Process running = process;
    if (running != null) {
      ProcessThreads threads = ProcessThreads.of(running.pid());
      Waiting.until(
          END_LIMIT, threads::areStopped, () -> this + " still runs after SIGSTOP: " + threads);
    }
  }

  @Override
  public void thaw() {
    signal("CONT");
  }

  private void signal(String name) {
    Process running = process;
    if (running == null) {
      throw new EtcdClusterException(this + " does not run");
    }
    String command = "kill -" + name + " " + running.pid();
    try {
      Command done = Command.run(List.of("/bin/sh", "-c", command), Map.of(), END_LIMIT);
      if (done.exitCode() != 0) {
        throw new EtcdClusterException(
            "cannot send SIG" + name + " to " + this + ": " + done.errors().strip());
      }
    } catch (IOException e) {
      throw new EtcdClusterException("cannot send SIG" + name + " to " + this, e);
    }
  }

  @Override
  public void isolate() {
    cluster.mesh().isolate(index);
  }

  @Override
  public void rejoin() {
    cluster.mesh().rejoin(index);
  }

  @Override
  public InetSocketAddress clientAddress() {
    return local(ears.client);
  }

  @Override
  public URI adminUri() {
    return URI.create("http://127.0.0.1:" + ears.admin);
  }

  @Override
  public String logTail() {
    return LogTail.of(log());
  }

  private Path log() {
    return folder.resolve("etcd.log");
  }

  @Override
  public String toString() {
    return cluster.spec().name() + "/" + ClusterSpec.memberName(index);
  }
}
