package io.coord.testkit.internal.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.testkit.EtcdBackend;
import io.coord.testkit.EtcdClusterException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class HostChoiceTest {

  private static final Map<String, String> ENDPOINTS =
      Map.of("COORD_ENDPOINTS", "http://a:2379, b:2379,");

  @Test
  void of_nothingSaid_takesDockerIfItWorks() {
    assertThat(choose(Optional.empty(), Map.of(), Optional::empty))
        .isInstanceOf(HostChoice.Docker.class);
  }

  @Test
  void of_nothingSaidAndNoDocker_takesProcessesAndSaysWhy() {
    assertThat(choose(Optional.empty(), Map.of(), HostChoiceTest::noDocker))
        .isEqualTo(new HostChoice.Processes("no engine answers"));
  }

  @Test
  void of_propertyDockerAndNoDocker_failsWithTheReason() {
    assertThatThrownBy(() -> choose(Optional.of("docker"), Map.of(), HostChoiceTest::noDocker))
        .isInstanceOf(EtcdClusterException.class)
        .hasMessageContaining("-Dcoord.etcd")
        .hasMessageContaining("no engine answers");
  }

  @Test
  void of_propertyProcess_doesNotAskForDocker() {
    assertThat(choose(Optional.of("process"), Map.of(), HostChoiceTest::notAsked))
        .isInstanceOf(HostChoice.Processes.class);
  }

  @Test
  void of_unknownProperty_namesWhatIsExpected() {
    assertThatThrownBy(() -> choose(Optional.of("podman"), Map.of(), HostChoiceTest::notAsked))
        .isInstanceOf(EtcdClusterException.class)
        .hasMessageContaining("\"podman\"")
        .hasMessageContaining("docker or process");
  }

  @Test
  void of_endpoints_areUsedWithoutAskingForDocker() {
    assertThat(choose(Optional.empty(), ENDPOINTS, HostChoiceTest::notAsked))
        .isEqualTo(new HostChoice.External(List.of("http://a:2379", "http://b:2379")));
  }

  @Test
  void of_endpointsAndProperty_isRefused() {
    assertThatThrownBy(() -> choose(Optional.of("docker"), ENDPOINTS, HostChoiceTest::notAsked))
        .isInstanceOf(EtcdClusterException.class)
        .hasMessageContaining("COORD_ENDPOINTS")
        .hasMessageContaining("coord.etcd");
  }

  @Test
  void of_codeAsks_comesBeforeEverything() {
    assertThat(
            HostChoice.of(
                Optional.of(EtcdBackend.PROCESS),
                Optional.of("docker"),
                ENDPOINTS,
                HostChoiceTest::notAsked))
        .isInstanceOf(HostChoice.Processes.class);
  }

  private static Optional<String> noDocker() {
    return Optional.of("no engine answers");
  }

  private static Optional<String> notAsked() {
    throw new AssertionError("Docker does not matter here");
  }

  private static HostChoice choose(
      Optional<String> property,
      Map<String, String> environment,
      Supplier<Optional<String>> dockerObstacle) {
    return HostChoice.of(Optional.empty(), property, environment, dockerObstacle);
  }
}
