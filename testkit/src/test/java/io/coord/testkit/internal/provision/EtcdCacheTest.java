package io.coord.testkit.internal.provision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EtcdCacheTest {

  @TempDir Path folder;

  @Test
  void of_ownVariable_comesFirst() {
    Map<String, String> environment =
        Map.of("COORD_CACHE", folder.toString(), "XDG_CACHE_HOME", "/elsewhere");

    assertThat(EtcdCache.of(environment, Optional.empty()).folder())
        .isEqualTo(folder.resolve("etcd"));
  }

  @Test
  void of_xdgVariable_isUsedWhenAbsolute() {
    assertThat(EtcdCache.of(Map.of("XDG_CACHE_HOME", folder.toString()), Optional.empty()).folder())
        .isEqualTo(folder.resolve("coord/etcd"));
    assertThat(EtcdCache.of(Map.of("XDG_CACHE_HOME", "relative"), Optional.empty()).folder())
        .isEqualTo(Path.of(System.getProperty("user.home"), ".cache/coord/etcd"));
  }

  @Test
  void of_versionAskedFor_staysApart() {
    Map<String, String> environment = Map.of("COORD_CACHE", folder.toString());

    assertThat(EtcdCache.of(environment, Optional.of(new EtcdVersion("3.4"))).folder())
        .isEqualTo(folder.resolve("etcd-3.4"));
  }

  @Test
  void versions_areOrderedByNumberNotByText() throws IOException {
    for (String version : List.of("3.5.9", "3.5.16", "3.10.0", "3.4.23", ".fetch.x")) {
      Files.createDirectories(folder.resolve(version));
    }

    assertThat(new EtcdCache(folder).versions())
        .extracting(path -> path.getFileName().toString())
        .containsExactly("3.10.0", "3.5.16", "3.5.9", "3.4.23");
  }

  @Test
  void versions_noFolder_isEmpty() {
    assertThat(new EtcdCache(folder.resolve("missing")).versions()).isEmpty();
  }
}
