package io.coord.cli.show;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.barriers.BarrierMembers;
import io.coord.core.Bytes;
import io.coord.core.Contender;
import io.coord.locks.LockQueue;
import io.coord.queues.DeadLetter;
import io.coord.queues.OldestItem;
import io.coord.queues.OpenClaim;
import io.coord.queues.QueueStatus;
import io.coord.queues.WorkCounts;
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
    List<Contender> all = List.of(line);
    int holders = Math.min(1, all.size());
    return line(
        name,
        Standings.ofLine(new LockQueue(all.subList(0, holders), all.subList(holders, all.size()))));
  }

  private static Overview line(String name, List<Standing> standings) {
    return new Overview(
        name, standings.isEmpty() ? List.of() : List.of(new LineSection(standings)));
  }

  private static Contender another(long lease, Bytes value) {
    return new Contender(
        "orders/6c", value, 30, lease, Optional.empty(), Optional.empty(), Optional.empty());
  }

  @Test
  void lines_nobody_saysSo() {
    assertThat(overview("orders").lines())
        .containsExactly(
            "orders: nobody holds, leads or waits; there is no item of a queue, and no barrier");
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
    LockQueue line =
        new LockQueue(
            List.of(at("rw/read/a", 5), at("rw/read/b", 6)),
            List.of(at("rw/write/c", 7), at("rw/read/d", 8)));

    Overview overview = line("rw", Standings.ofReadWrite(line, "rw"));

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
    LockQueue line = new LockQueue(List.of(at("s/holder/2/a", 5)), List.of(at("s/holder/2/b", 6)));

    Overview overview = line("s", Standings.ofPermits(line, "s"));

    assertThat(overview.lines().get(0)).isEqualTo("s: 1 holding, 1 waiting");
    assertThat(overview.lines().subList(2, 4))
        .satisfiesExactly(
            row -> assertThat(row).startsWith("holds 2 ").endsWith("s/holder/2/a"),
            row -> assertThat(row).startsWith("waits 1 for 2 ").endsWith("s/holder/2/b"));
  }

  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  private static Optional<OldestItem> oldest(String since) {
    return Optional.of(new OldestItem("k", 12, Optional.of(Instant.parse(since))));
  }

  private static Overview of(Section section) {
    return new Overview("n", List.of(section));
  }

  @Test
  void queue_withItems_tellsItsDepthAndTheAgeOfTheOldest() {
    QueueStatus status = new QueueStatus(3, oldest("2026-11-21T11:58:20Z"));
    Overview overview = of(new QueueSection("queue", "queue", status, NOW));

    assertThat(overview.lines()).containsExactly("n: queue, depth 3, the oldest for 100 s");
    assertThat(overview.json())
        .isEqualTo(
            "{\"name\":\"n\",\"holders\":[],\"waiters\":[],\"queue\":{\"depth\":3,\"oldest\":"
                + "{\"key\":\"k\",\"revision\":12,\"since\":\"2026-11-21T11:58:20Z\",\"age_s\":100}}}");
  }

  @Test
  void queue_oldestWithoutATime_tellsItsRevision() {
    Optional<OldestItem> item = Optional.of(new OldestItem("k", 12, Optional.empty()));
    Overview overview =
        of(new QueueSection("priority queue", "priority_queue", new QueueStatus(1, item), NOW));

    assertThat(overview.lines())
        .containsExactly("n: priority queue, depth 1, the oldest since revision 12");
    assertThat(overview.json()).contains("\"since\":null,\"age_s\":null");
  }

  @Test
  void workQueue_claimsAndDead_tellsWhoSinceWhenAndWhy() {
    OpenClaim<Bytes> claim =
        new OpenClaim<>(
            "live", Bytes.utf8("job"), 7, 2, "w/6b", Optional.of(NOW.minusSeconds(7_300)));
    OpenClaim<Bytes> gone =
        new OpenClaim<>("l2", Bytes.utf8("x".repeat(90)), 0, 1, "v/6c", Optional.empty());
    DeadLetter<Bytes> dead = new DeadLetter<>("00000/1", Bytes.utf8("old"), 0, 5, "no paper");
    Overview overview =
        of(
            new WorkSection(
                new WorkCounts(4, 3, 1),
                oldest("2026-11-18T12:00:00Z"),
                List.of(claim, gone),
                List.of(dead),
                NOW));

    assertThat(overview.lines())
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .isEqualTo(
                        "n: work queue, depth 4, the oldest for 3 days; 2 claimed, 1 delayed, 1"
                            + " dead"),
            line -> assertThat(line).startsWith("CLAIMED BY"),
            line -> assertThat(line).containsPattern("w/6b +2 h +2 +7 +job +live"),
            line -> assertThat(line).containsPattern("v/6c +gone +1 +0 +x{60}\\.\\.\\. +l2"),
            line -> assertThat(line).startsWith("DEAD"),
            line -> assertThat(line).containsPattern("00000/1 +5 +0 +old +no paper"));
    assertThat(overview.json())
        .contains("\"work_queue\":{\"depth\":4,\"oldest\":{", "\"delayed\":1")
        .contains("\"client\":\"w/6b\",\"since\":\"2026-11-21T09:58:20Z\",\"attempt\":2")
        .contains("\"dead\":[{\"id\":\"00000/1\",\"attempts\":5,\"reason\":\"no paper\"");
  }

  @Test
  void workQueue_reasonOfSeveralLines_staysInItsRow() {
    DeadLetter<Bytes> dead =
        new DeadLetter<>("00000/1", Bytes.utf8("old"), 0, 5, "kein Päper\n\tin tray 2 \u001b[2J");
    Overview overview =
        of(
            new WorkSection(
                new WorkCounts(0, 0, 1), Optional.empty(), List.of(), List.of(dead), NOW));

    assertThat(overview.lines()).hasSize(3);
    assertThat(overview.lines().get(2)).endsWith("kein Päper\\x0a\\x09in tray 2 \\x1b[2J");
  }

  @Test
  void barrierKey_byItsValue_isABarrierOrALatchOrNeither() {
    assertThat(of(BarrierSection.of(another(0, Bytes.EMPTY), NOW).orElseThrow()).lines())
        .containsExactly("n: barrier, held, since revision 30");
    assertThat(of(BarrierSection.of(COORDS, NOW).orElseThrow()).lines())
        .containsExactly("n: barrier, held by worker-1 for 4 h, since revision 27");
    assertThat(of(BarrierSection.of(another(0, Bytes.utf8("17")), NOW).orElseThrow()).lines())
        .containsExactly("n: latch, 17 still to be counted down");
    assertThat(BarrierSection.of(another(0, Bytes.utf8("a user's")), NOW)).isEmpty();
  }

  @Test
  void doubleBarrier_members_tellsWhoIsInAndWhoWaits() {
    BarrierMembers members =
        new BarrierMembers(List.of(COORDS), List.of(another(0x6c, Bytes.EMPTY)));
    Overview overview = of(new DoubleBarrierSection(members));

    assertThat(overview.lines().get(0)).isEqualTo("n: double barrier, 1 in, 1 entering");
    assertThat(overview.lines().get(2)).startsWith("is in ");
    assertThat(overview.lines().get(3)).startsWith("enters ");
    assertThat(overview.json()).contains("\"double_barrier\":{\"in\":[{", "\"entering\":[{");
  }
}
