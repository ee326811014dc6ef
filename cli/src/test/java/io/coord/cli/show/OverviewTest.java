package io.coord.cli.show;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Bytes;
import io.coord.core.Contender;
import io.coord.locks.internal.PermitAdmission;
import io.coord.locks.internal.ReadWriteAdmission;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OverviewTest {

  private static final Contender COORDS =
      new Contender(
          "orders/6b-1-1",
          Bytes.utf8("since=2026-11-21T07:51:56Z by=worker-1"),
          27,
          0x6b,
          Optional.of(Duration.ofSeconds(7)),
          Optional.of(Instant.parse("2026-11-21T07:51:56Z")),
          Optional.of("worker-1"));

  private static Overview overview(String name, Contender... line) {
    return new Overview(name, Standings.ofLine(List.of(line)));
  }

  private static Contender another(long lease, Bytes value) {
    return new Contender(
        "orders/6c", value, 30, lease, Optional.empty(), Optional.empty(), Optional.empty());
  }

  @Test
  void lines_nobody_saysSo() {
    assertThat(overview("orders").lines()).containsExactly("orders: nobody holds, leads or waits");
  }

  @Test
  void lines_holderAndWaiter_inOrderWithWhatIsKnown() {
    List<String> lines = overview("orders", COORDS, another(0x6c, Bytes.EMPTY)).lines();

    assertThat(lines.get(0)).isEqualTo("orders: 1 holding, 1 waiting");
    assertThat(lines.get(1)).containsPattern("PLACE +TOKEN +TTL LEFT +SINCE +CLIENT +VALUE +KEY");
    assertThat(lines.get(2))
        .containsPattern("holds +27 +7 s +2026-11-21T07:51:56Z +worker-1 +- +orders/6b-1-1");
    assertThat(lines.get(3)).containsPattern("waits 1 +30 +over +- +- +- +orders/6c");
  }

  @Test
  void lines_candidateOfAnotherClient_leadsWithItsValue() {
    List<String> lines = overview("e", another(0, Bytes.utf8("10.0.0.7"))).lines();

    assertThat(lines.get(0)).isEqualTo("e: 1 holding, 0 waiting");
    assertThat(lines.get(2)).containsPattern("leads +30 +no lease +- +- +10.0.0.7 +orders/6c");
  }

  @Test
  void lines_valueThatIsNoText_isEscaped() {
    Bytes value = Bytes.copyOf(new byte[] {'a', 0, (byte) 0xff});

    assertThat(overview("e", another(0, value)).lines().get(2)).contains("a\\x00\\xff");
  }

  @Test
  void json_holderAndWaiter_oneObject() {
    assertThat(overview("orders", COORDS, another(0x6c, Bytes.utf8("v"))).json())
        .isEqualTo(
            "{\"name\":\"orders\",\"holders\":[{\"key\":\"orders/6b-1-1\",\"token\":27,"
                + "\"lease\":\"6b\",\"ttl_left_s\":7,\"since\":\"2026-11-21T07:51:56Z\","
                + "\"client\":\"worker-1\",\"value\":null}],\"waiters\":[{\"key\":\"orders/6c\","
                + "\"token\":30,\"lease\":\"6c\",\"ttl_left_s\":null,\"since\":null,"
                + "\"client\":null,\"value\":\"v\"}]}");
  }

  @Test
  void json_nobody_hasEmptyLists() {
    assertThat(overview("orders").json())
        .isEqualTo("{\"name\":\"orders\",\"holders\":[],\"waiters\":[]}");
  }

  private static Contender at(String key, long revision) {
    return new Contender(
        key, Bytes.EMPTY, revision, 1, Optional.empty(), Optional.empty(), Optional.empty());
  }

  @Test
  void lines_readersAndWriters_saysWhoReadsAndWhoWaitsForWhat() {
    List<Contender> line =
        List.of(at("rw/read/a", 5), at("rw/read/b", 6), at("rw/write/c", 7), at("rw/read/d", 8));

    Overview overview =
        new Overview("rw", Standings.ofReadWrite(line, new ReadWriteAdmission("rw/".length())));

    assertThat(overview.lines().get(0)).isEqualTo("rw: 2 holding, 2 waiting");
    assertThat(overview.lines().subList(2, 6))
        .satisfiesExactly(
            row -> assertThat(row).startsWith("reads ").endsWith("rw/read/a"),
            row -> assertThat(row).startsWith("reads ").endsWith("rw/read/b"),
            row -> assertThat(row).startsWith("waits 1 to write ").endsWith("rw/write/c"),
            row -> assertThat(row).startsWith("waits 2 to read ").endsWith("rw/read/d"));
  }

  @Test
  void lines_permits_saysHowManyEachHasOrWants() {
    List<Contender> line =
        List.of(at("s/limit/3", 4), at("s/holder/2/a", 5), at("s/holder/2/b", 6));

    Overview overview =
        new Overview("s", Standings.ofPermits(line, new PermitAdmission("s/".length(), 1)));

    assertThat(overview.lines().get(0)).isEqualTo("s: 1 holding, 1 waiting");
    assertThat(overview.lines().subList(2, 4))
        .satisfiesExactly(
            row -> assertThat(row).startsWith("holds 2 ").endsWith("s/holder/2/a"),
            row -> assertThat(row).startsWith("waits 1 for 2 ").endsWith("s/holder/2/b"));
  }
}
