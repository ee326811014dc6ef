package io.coord.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coord.testkit.child.ClusterOwner;
import io.coord.testkit.internal.docker.DockerEngine;
import io.coord.testkit.internal.docker.EtcdImage;
import io.coord.testkit.internal.provision.EtcdVersion;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.testcontainers.DockerClientFactory;

/** However a JVM ends, nothing of its cluster remains. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(240)
class JvmEndIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Path MEMORY = Path.of("/dev/shm");

  private enum End {
    IN_ORDER,
    BY_FAILURE,
    BY_SIGTERM,
    BY_SIGKILL
  }

  @ParameterizedTest
  @EnumSource(End.class)
  void jvm_endsWithAnOpenCluster_nothingRemains(End end) throws IOException, InterruptedException {
    try (ChildJvm child = start()) {
      String endpoints = child.awaitLine("READY ").replace("READY ", "");
      List<ProcessHandle> descendants = child.process().descendants().toList();
      long pid = child.process().pid();
      assertThat(descendants.size() + containers(pid).size()).isGreaterThanOrEqualTo(4);

      bringAbout(end, child.process());
      assertThat(child.process().waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();

      await().atMost(LIMIT).until(() -> descendants.stream().noneMatch(ProcessHandle::isAlive));
      await().atMost(LIMIT).until(() -> containers(pid).isEmpty());
      await().atMost(LIMIT).until(() -> networks(pid).isEmpty());
      assertThat(endpoints.split(",", -1)).noneMatch(JvmEndIT::isListening);
    }
  }

  @Test
  void sigkill_dataFolders_areRemovedToo() throws IOException, InterruptedException {
    List<Path> before = dataFolders();
    try (ChildJvm child = start()) {
      child.awaitLine("READY ");
      bringAbout(End.BY_SIGKILL, child.process());
      child.process().waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);

      await().atMost(LIMIT).until(() -> before.containsAll(dataFolders()));
    }
  }

  private static ChildJvm start() throws IOException {
    String backend = Optional.ofNullable(System.getProperty("coord.etcd")).orElse("");
    String version = EtcdVersion.asked().map(EtcdVersion::name).orElse("");
    return ChildJvm.start(
        ClusterOwner.class,
        Map.of(),
        List.of("-Dcoord.etcd=" + backend, "-Dcoord.etcd.version=" + version));
  }

  private static void bringAbout(End end, Process process) throws IOException {
    switch (end) {
      case IN_ORDER -> process.getOutputStream().close();
      case BY_FAILURE -> {
        process.getOutputStream().write('f');
        process.getOutputStream().flush();
      }
      case BY_SIGTERM -> process.destroy();
      case BY_SIGKILL -> process.destroyForcibly();
    }
  }

  private static boolean isListening(String endpoint) {
    URI uri = URI.create(endpoint);
    try (Socket probe = new Socket(uri.getHost(), uri.getPort())) {
      return probe.isConnected();
    } catch (ConnectException e) {
      return false;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean onDocker() {
    return switch (Optional.ofNullable(System.getProperty("coord.etcd")).orElse("")) {
      case "docker" -> true;
      case "process" -> false;
      default ->
          DockerEngine.obstacle(EtcdImage.of(System.getenv(), EtcdVersion.asked())).isEmpty();
    };
  }

  private static List<String> containers(long pid) {
    if (!onDocker()) {
      return List.of();
    }
    return DockerClientFactory.instance()
        .client()
        .listContainersCmd()
        .withShowAll(true)
        .exec()
        .stream()
        .map(container -> container.getLabels().getOrDefault("io.coord.testkit.cluster", ""))
        .filter(owner -> owner.startsWith(pid + "/"))
        .toList();
  }

  private static List<String> networks(long pid) {
    if (!onDocker()) {
      return List.of();
    }
    return DockerClientFactory.instance().client().listNetworksCmd().exec().stream()
        .map(network -> Optional.ofNullable(network.getLabels()).orElse(Map.of()))
        .map(labels -> labels.getOrDefault("io.coord.testkit.cluster", ""))
        .filter(owner -> owner.startsWith(pid + "/"))
        .toList();
  }

  private static List<Path> dataFolders() throws IOException {
    if (!Files.isDirectory(MEMORY)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(MEMORY)) {
      return entries
          .filter(entry -> entry.getFileName().toString().startsWith("coord-testkit-"))
          .toList();
    }
  }
}
