package io.coord.testkit.internal.provision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs the script with an apt of its own, which keeps the entries that it was given. */
@DisabledOnOs(OS.WINDOWS)
class FetchScriptTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** Serves the suites that the file "served" lists, as "suite version". */
  private static final String FAKE_APT =
      """
      for word; do
        case $word in
          Dir::Etc::sourcelist=*) entries=${word#*=} ;;
          update | download) action=$word ;;
        esac
      done
      if [ "$action" = update ]; then
        echo "-- update" >> "$FAKE/asked"
        cat "$entries" >> "$FAKE/asked"
        grep -q broken-mirror "$entries" && exit 100
        exit 0
      fi
      while read -r suite version; do
        if grep -q " $suite " "$entries"; then
          echo "$version" > etcd-server.deb
          echo "$version" > etcd-client.deb
          exit 0
        fi
      done < "$FAKE/served"
      echo "E: Unable to locate package etcd-server" >&2
      exit 100
      """;

  private static final String FAKE_DPKG =
      """
      mkdir -p "$3/usr/bin"
      printf '#!/bin/sh\\necho "etcd Version: %s"\\n' "$(cat "$2")" > "$3/usr/bin/etcd"
      cp "$3/usr/bin/etcd" "$3/usr/bin/etcdctl"
      chmod 755 "$3/usr/bin/etcd"
      """;

  @TempDir Path folder;

  @BeforeEach
  void layOutTheMachine() throws IOException {
    Files.createDirectories(folder.resolve("bin"));
    Files.createDirectories(folder.resolve("apt/sources.list.d"));
    script("apt-get", FAKE_APT);
    script("dpkg-deb", FAKE_DPKG);
    write("os-release", "PRETTY_NAME=\"Debian GNU/Linux 12\"\nID=debian\n");
    write("served", "trixie 3.5.16\nbookworm 3.4.23\n");
  }

  @Test
  void fetch_deb822Sources_asksForTrixieOfTheArchiveOnly() throws IOException {
    write(
        "apt/sources.list.d/debian.sources",
        """
        Types: deb deb-src
        # a comment within a stanza
        URIs: http://mirror.example/debian/
        Suites: bookworm bookworm-updates
         bookworm-backports
        Components: main contrib
        Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

        Types: deb
        URIs: http://mirror.example/debian-security
        Suites: bookworm-security
        Components: main
        Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

        Enabled: no
        Types: deb
        URIs: http://switched-off.example/debian
        Suites: bookworm
        Components: main
        """);
    write(
        "apt/sources.list.d/other.sources",
        """
        Types: deb
        URIs: http://packages.example/node
        Suites: nodistro
        Components: main
        Signed-By: /usr/share/keyrings/other.gpg
        """);

    Command done = fetch();

    assertThat(done.exitCode()).as(done.errors()).isZero();
    assertThat(asked())
        .containsExactly(
            "-- update",
            "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"
                + " http://mirror.example/debian/ trixie main contrib");
  }

  @Test
  void fetch_oneLineSources_asksForTrixieOfTheArchiveOnly() throws IOException {
    write(
        "apt/sources.list",
        """
        # deb http://commented.example/debian bookworm main
        deb     [arch=amd64 trusted=yes]   http://mirror.example/debian   bookworm   main # words
        deb-src http://mirror.example/debian bookworm main
        deb http://mirror.example/debian bookworm-updates main
        deb http://mirror.example/debian-security bookworm-security main
        deb http://mirror.example/debian-security bookworm/updates main
        """);
    write(
        "apt/sources.list.d/docker.list",
        "deb [signed-by=/etc/apt/keyrings/docker.asc] http://docker.example/linux/debian bookworm"
            + " stable\n");

    Command done = fetch();

    assertThat(done.exitCode()).as(done.errors()).isZero();
    assertThat(asked())
        .containsExactly(
            "-- update", "deb [arch=amd64 trusted=yes] http://mirror.example/debian trixie main");
  }

  @Test
  void fetch_mirrorListSources_countAsTheArchive() throws IOException {
    write(
        "apt/sources.list.d/debian.sources",
        """
        Types: deb
        URIs: mirror+file:///etc/apt/mirrors/debian.list
        Suites: bookworm
        Components: main
        """);

    assertThat(fetch().exitCode()).isZero();
    assertThat(asked())
        .containsExactly("-- update", "deb mirror+file:///etc/apt/mirrors/debian.list trixie main");
  }

  @Test
  void fetch_works_leavesTheBinariesAndNothingElse() throws IOException {
    plainSources();

    Command done = fetch();

    Path version = folder.resolve("cache/3.5.16");
    assertThat(done.output().strip()).isEqualTo(version.toString());
    assertThat(version.resolve("etcd")).isExecutable();
    assertThat(version.resolve("etcdctl")).isExecutable();
    assertThat(entries(folder.resolve("cache"))).containsExactly("3.5.16");
  }

  @Test
  void fetch_trixieDoesNotServe_takesTheMachinesOwnSuite() throws IOException {
    plainSources();
    write("served", "bookworm 3.4.23\n");

    assertThat(fetch().output().strip()).endsWith("/3.4.23");
    assertThat(asked())
        .containsExactly(
            "-- update",
            "deb http://mirror.example/debian trixie main",
            "-- update",
            "deb http://mirror.example/debian bookworm main");
  }

  @Test
  void fetch_oneMirrorIsBroken_theOtherServes() throws IOException {
    write(
        "apt/sources.list",
        """
        deb http://broken-mirror.example/debian bookworm main
        deb http://mirror.example/debian bookworm main
        """);

    assertThat(fetch().output().strip()).endsWith("/3.5.16");
  }

  @Test
  void fetch_ubuntu_takesItsOwnSuite() throws IOException {
    write("os-release", "ID=ubuntu\n");
    write("apt/sources.list", "deb http://mirror.example/ubuntu noble main universe\n");
    write("served", "noble 3.4.30\n");

    assertThat(fetch().output().strip()).endsWith("/3.4.30");
    assertThat(asked())
        .containsExactly("-- update", "deb http://mirror.example/ubuntu noble main universe");
  }

  @Test
  void fetch_presentAlready_asksNobody() throws IOException {
    plainSources();
    fetch();
    Files.delete(folder.resolve("asked"));

    assertThat(fetch().output().strip()).isEqualTo(folder.resolve("cache/3.5.16").toString());
    assertThat(folder.resolve("asked")).doesNotExist();
  }

  @Test
  void fetch_severalAtOnce_allFindTheSame() throws IOException {
    plainSources();

    List<CompletableFuture<Command>> runs =
        IntStream.range(0, 4).mapToObj(i -> CompletableFuture.supplyAsync(this::fetch)).toList();

    assertThat(runs)
        .allSatisfy(
            run ->
                assertThat(run.join().output().strip())
                    .isEqualTo(folder.resolve("cache/3.5.16").toString()));
    assertThat(entries(folder.resolve("cache"))).containsExactly("3.5.16");
  }

  @Test
  void fetch_nobodyServes_failsWithAptsWords() throws IOException {
    plainSources();
    write("served", "");

    Command done = fetch();

    assertThat(done.exitCode()).isEqualTo(4);
    assertThat(done.output()).isEmpty();
    assertThat(done.errors()).contains("Unable to locate package etcd-server");
    assertThat(entries(folder.resolve("cache"))).isEmpty();
  }

  @Test
  void fetch_whatCameDoesNotRun_isNotKept() throws IOException {
    plainSources();
    script(
        "dpkg-deb",
        """
        mkdir -p "$3/usr/bin"
        printf '#!/bin/sh\\nexit 127\\n' > "$3/usr/bin/etcd"
        chmod 755 "$3/usr/bin/etcd"
        """);

    assertThat(fetch().exitCode()).isEqualTo(4);
    assertThat(entries(folder.resolve("cache"))).isEmpty();
  }

  @Test
  void fetch_anotherDistribution_saysSo() throws IOException {
    write("os-release", "ID=fedora\n");

    Command done = fetch();

    assertThat(done.exitCode()).isEqualTo(3);
    assertThat(done.errors()).contains("fedora");
  }

  @Test
  void fetch_withoutTarget_showsTheUsage() throws IOException {
    Command done = run(List.of());

    assertThat(done.exitCode()).isEqualTo(2);
    assertThat(done.errors()).contains("usage: sh fetch-etcd.sh TARGET_DIR [VERSION]");
  }

  private void plainSources() throws IOException {
    write("apt/sources.list", "deb http://mirror.example/debian bookworm main\n");
  }

  @Test
  void fetch_version34_takesBookwormThoughAnotherIsPresent() throws IOException {
    plainSources();
    fetch();

    Command done = run(List.of(folder.resolve("cache").toString(), "3.4"));

    assertThat(done.output().strip()).isEqualTo(folder.resolve("cache/3.4.23").toString());
    assertThat(asked()).contains("deb http://mirror.example/debian bookworm main");
  }

  @Test
  void fetch_versionThatNobodyServes_keepsNoOther() throws IOException {
    plainSources();

    Command done = run(List.of(folder.resolve("cache").toString(), "3.6"));

    assertThat(done.exitCode()).isEqualTo(4);
    assertThat(done.errors()).contains("got etcd 3.5.16; expected 3.6");
    assertThat(entries(folder.resolve("cache"))).isEmpty();
  }

  private Command fetch() {
    return run(List.of(folder.resolve("cache").toString()));
  }

  private Command run(List<String> arguments) {
    try {
      Path script =
          Path.of(FetchScriptTest.class.getResource("/io/coord/testkit/fetch-etcd.sh").toURI());
      List<String> words =
          Stream.concat(Stream.of("/bin/sh", script.toString()), arguments.stream()).toList();
      Map<String, String> environment = new HashMap<>();
      environment.put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
      environment.put("FAKE", folder.toString());
      environment.put("COORD_APT_DIR", folder.resolve("apt").toString());
      environment.put("COORD_OS_RELEASE", folder.resolve("os-release").toString());
      return Command.run(words, environment, LIMIT);
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<String> asked() throws IOException {
    return Files.readAllLines(folder.resolve("asked"));
  }

  private static List<String> entries(Path directory) throws IOException {
    try (Stream<Path> found = Files.list(directory)) {
      return found.map(entry -> entry.getFileName().toString()).toList();
    }
  }

  private void write(String file, String content) throws IOException {
    Files.writeString(folder.resolve(file), content);
  }

  private void script(String name, String body) throws IOException {
    Path file = Files.writeString(folder.resolve("bin").resolve(name), "#!/bin/sh\n" + body);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
