package io.coord.cli.tour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

@EtcdTest
class ChildProgramIT {

  private static final Pattern ANY = Pattern.compile(".*");

  private final String endpoints;

  ChildProgramIT(EtcdCluster cluster) {
    this.endpoints = "--endpoints=" + cluster.connectionString();
  }

  @Test
  void awaitEnd_childWritesToStandardErrorToo_givesWhatItSaidOnly() throws Exception {
    List<String> arguments = List.of("push", "told", "a", "--verbose", endpoints);
    try (ChildProgram child = ChildProgram.start("child", arguments, ANY)) {
      assertThat(child.awaitEnd()).containsExactly("pushed 1");
    }
  }

  @Test
  void awaitEnd_childFails_tellsWhyItDid() throws Exception {
    List<String> arguments = List.of("push", "told", "a", "--priority=1", endpoints);
    try (ChildProgram child = ChildProgram.start("child", arguments, ANY)) {
      assertThatThrownBy(child::awaitEnd)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContainingAll("child", "failed with 2", "--priority was given without");
    }
  }
}
