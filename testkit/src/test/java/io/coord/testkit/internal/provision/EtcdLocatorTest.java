package io.coord.testkit.internal.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.testkit.EtcdBinary;
import io.coord.testkit.EtcdNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class EtcdLocatorTest {

  private static final EtcdSource NONE =
      () -> {
        throw new IOException("this machine is no Debian");
      };

  @TempDir Path folder;

  @Test
  void find_onPath_comesBeforeTheCache() throws IOException {
    Path onPath = etcd(folder.resolve("bin"), "3.5.9");
    etcd(folder.resolve("cache/3.5.16"), "3.5.16");

    EtcdBinary found = find(folder.resolve("missing") + ":" + onPath, NONE);

    assertThat(found.version()).isEqualTo("3.5.9");
    assertThat(found.etcd()).isEqualTo(onPath.resolve("etcd"));
    assertThat(found.etcdctl()).contains(onPath.resolve("etcdctl"));
    assertThat(found.origin()).isEqualTo("PATH");
  }

  @Test
  void find_severalInTheCache_takesTheNewest() throws IOException {
    etcd(folder.resolve("cache/3.5.9"), "3.5.9");
    etcd(folder.resolve("cache/3.5.16"), "3.5.16");
    etcd(folder.resolve("cache/.fetch.abc"), "9.9.9");

    EtcdBinary found = find("", NONE);

    assertThat(found.version()).isEqualTo("3.5.16");
    assertThat(found.origin()).isEqualTo("cache");
  }

  @Test
  void find_brokenOnPath_goesOnToTheCache() throws IOException {
    Path broken = script(folder.resolve("bin"), "etcd", "exit 1");
    etcd(folder.resolve("cache/3.5.16"), "3.5.16");

    assertThat(find(broken.toString(), NONE).origin()).isEqualTo("cache");
  }

  @Test
  void find_nothingHere_asksTheSource() throws IOException {
    Path fetched = etcd(folder.resolve("fetched"), "3.4.23");

    EtcdBinary found = find("", () -> fetched);

    assertThat(found.version()).isEqualTo("3.4.23");
    assertThat(found.origin()).isEqualTo("package source");
  }

  @Test
  void find_withoutEtcdctl_leavesItEmpty() throws IOException {
    Path bin = script(folder.resolve("bin"), "etcd", "echo 'etcd Version: 3.5.16'");

    assertThat(find(bin.toString(), NONE).etcdctl()).isEmpty();
  }

  @Test
  void find_nothingAtAll_saysWhatWasTriedAndWhatToInstall() throws IOException {
    script(folder.resolve("bin"), "etcd", "echo something else");

    assertThatThrownBy(() -> find(folder.resolve("bin").toString(), NONE))
        .isInstanceOf(EtcdNotFoundException.class)
        .hasMessageContaining(folder.resolve("bin/etcd").toString())
        .hasMessageContaining("cache folder " + folder.resolve("cache"))
        .hasMessageContaining("this machine is no Debian")
        .hasMessageContaining("apt-get install etcd-server etcd-client")
        .hasMessageContaining("brew install etcd")
        .hasMessageContaining("winget");
  }

  @Test
  void find_versionAskedFor_passesOthersOver() throws IOException {
    Path onPath = etcd(folder.resolve("bin"), "3.5.16");
    etcd(folder.resolve("cache/3.40.1"), "3.40.1");
    etcd(folder.resolve("cache/3.4.23"), "3.4.23");

    assertThat(find(onPath.toString(), NONE, "3.4").version()).isEqualTo("3.4.23");
    assertThat(find(onPath.toString(), NONE, "3.5").origin()).isEqualTo("PATH");
  }

  @Test
  void find_versionAskedForIsNowhere_saysWhatIsThere() throws IOException {
    Path onPath = etcd(folder.resolve("bin"), "3.5.16");

    assertThatThrownBy(() -> find(onPath.toString(), NONE, "3.4"))
        .isInstanceOf(EtcdNotFoundException.class)
        .hasMessageContaining("No etcd 3.4 was found")
        .hasMessageContaining("is version 3.5.16; expected 3.4");
  }

  private EtcdBinary find(String path, EtcdSource source) {
    return find(path, source, Optional.empty());
  }

  private EtcdBinary find(String path, EtcdSource source, String asked) {
    return find(path, source, Optional.of(new EtcdVersion(asked)));
  }

  private EtcdBinary find(String path, EtcdSource source, Optional<EtcdVersion> asked) {
    EtcdCache cache = new EtcdCache(folder.resolve("cache"));
    return new EtcdLocator(Map.of("PATH", path), cache, source, asked).find();
  }

  private static Path etcd(Path bin, String version) throws IOException {
    script(bin, "etcd", "echo 'etcd Version: " + version + "'");
    return script(bin, "etcdctl", "exit 0");
  }

  private static Path script(Path bin, String name, String body) throws IOException {
    Files.createDirectories(bin);
    Path file = Files.writeString(bin.resolve(name), "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return bin;
  }
}
