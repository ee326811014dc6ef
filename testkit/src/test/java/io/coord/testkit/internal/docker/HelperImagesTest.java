package io.coord.testkit.internal.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;

class HelperImagesTest {

  @Test
  void names_ofThisTestcontainers_areThoseInItsClasses() throws IOException {
    assertThat(constants("/org/testcontainers/utility/RyukContainer.class"))
        .contains(HelperImages.RYUK);
    assertThat(constants("/org/testcontainers/DockerClientFactory.class"))
        .contains(HelperImages.TINY);
  }

  @Test
  void of_reaperSwitchedOffAndHostNamed_needsNothing() {
    Map<String, String> environment =
        Map.of("TESTCONTAINERS_RYUK_DISABLED", "true", "TESTCONTAINERS_HOST_OVERRIDE", "localhost");

    assertThat(HelperImages.of(environment).needs()).isEmpty();
  }

  @Test
  void of_plainEnvironment_needsTheReaper() {
    assertThat(HelperImages.of(Map.of()).needs())
        .extracting(HelperImages.Need::image)
        .contains(HelperImages.RYUK);
  }

  private static String constants(String classFile) throws IOException {
    try (InputStream content = DockerClientFactory.class.getResourceAsStream(classFile)) {
      return new String(content.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
