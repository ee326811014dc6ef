package io.coord.it.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.Watch;
import io.coord.testkit.ClientCut;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdMember;
import io.coord.testkit.EtcdTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** No watch misses a change or sees it twice, whatever happens to the members. */
@EtcdTest(members = 3)
class WatchFaultsIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int KEYS = 100;

  private final Random random = new Random(7);
  private Coord coord;
  private Store store;

  @BeforeEach
  void connect(EtcdCluster cluster) throws InterruptedException {
    coord =
        Coord.builder()
            .endpoints(cluster.endpoints().toArray(String[]::new))
            .name("watch-faults")
            .connect();
    store = CoordRuntime.of(coord).store();
  }

  @AfterEach
  void close() {
    coord.close();
  }

  @Test
  void watches_memberKilledAmidWrites_seeEachChangeOnce(EtcdCluster cluster) {
    Watched watched = watchEveryKey();
    write(500);

    for (EtcdMember member : cluster.members()) {
      member.kill();
      write(300);
      member.restart();
      cluster.awaitHealthy(LIMIT);
      write(300);
    }

    watched.assertComplete();
  }

  @Test
  void watches_memberFrozenAmidWrites_seeEachChangeOnce(EtcdCluster cluster) {
    Watched watched = watchEveryKey();

    for (EtcdMember member : cluster.members()) {
      member.freeze();
      write(200);
      member.thaw();
      write(200);
    }

    watched.assertComplete();
  }

  @Test
  void watches_onAMemberThatLagsBehind_seeEachChangeOnce(EtcdCluster cluster) {
    EtcdMember lagging = cluster.followers().get(0);
    Watched watched = watchEveryKey();
    lagging.isolate();
    write(500);
    List<EtcdMember> others =
        cluster.members().stream().filter(member -> member != lagging).toList();

    others.forEach(member -> member.cutClients(ClientCut.REFUSED));
    lagging.rejoin();
    write(1);
    others.forEach(EtcdMember::reconnectClients);
    write(200);

    watched.assertComplete();
  }

  @Test
  void watches_allMembersRestarted_seeEachChangeOnce(EtcdCluster cluster) {
    Watched watched = watchEveryKey();
    write(300);

    cluster.members().forEach(EtcdMember::kill);
    cluster.members().forEach(EtcdMember::restart);
    cluster.awaitHealthy(LIMIT);
    write(300);

    watched.assertComplete();
  }

  @Test
  void watches_leaderMovedAmidWrites_seeEachChangeOnce(EtcdCluster cluster) {
    Watched watched = watchEveryKey();

    for (EtcdMember member : cluster.members()) {
      write(200);
      cluster.moveLeader(member);
    }
    write(200);

    watched.assertComplete();
  }

  @Test
  void watches_compactedWhileAway_areToldAndOnlyThose(EtcdCluster cluster) {
    WatchJournal behind = watch(KeyRange.single(key(1)), 0);
    await().atMost(LIMIT).until(() -> behind.created().isPresent());
    cluster.members().forEach(member -> member.cutClients(ClientCut.REFUSED));
    cluster.etcdctl("put", key(1).utf8(), "unseen");
    cluster.etcdctl("put", key(2).utf8(), "unseen");
    long compacted = cluster.compact();

    cluster.members().forEach(EtcdMember::reconnectClients);
    WatchJournal fresh = watch(KeyRange.single(key(1)), 0);
    await().atMost(LIMIT).until(() -> behind.compacted().isPresent());
    await().atMost(LIMIT).until(() -> fresh.created().isPresent());
    put(1);

    assertThat(behind.compacted()).hasValue(compacted);
    assertThat(behind.events()).isEmpty();
    await().atMost(LIMIT).until(() -> fresh.events().size() == 1);
  }

  @Test
  void watch_fromARevisionThatIsCompacted_isTold(EtcdCluster cluster) {
    put(1);
    put(1);
    long compacted = cluster.compact();

    WatchJournal journal = watch(KeyRange.single(key(1)), 2);

    await().atMost(LIMIT).until(() -> journal.compacted().isPresent());
    assertThat(journal.compacted()).hasValue(compacted);
  }

  @Test
  void watch_farBehindLargeValues_catchesUp() {
    long first = put(1, new byte[1_000_000]);
    for (int i = 1; i < 60; i++) {
      put(1, new byte[1_000_000]);
    }

    WatchJournal journal = watch(KeyRange.single(key(1)), first);

    await().atMost(LIMIT).until(() -> journal.events().size() == 60);
    assertThat(journal.breaches()).isEmpty();
  }

  @Test
  void watch_closed_reportsNothingMore() {
    WatchJournal closed = new WatchJournal();
    WatchJournal open = watch(KeyRange.single(key(1)), 0);
    Watch watch = store.watch(KeyRange.single(key(1)), 0, closed);
    await().atMost(LIMIT).until(() -> closed.created().isPresent());
    await().atMost(LIMIT).until(() -> open.created().isPresent());

    watch.close();
    put(1);
    await().atMost(LIMIT).until(() -> open.events().size() == 1);

    assertThat(closed.events()).isEmpty();
  }

  /** A watch on every key, and one on all of them. */
  private Watched watchEveryKey() {
    List<WatchJournal> single = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      single.add(watch(KeyRange.single(key(i)), 0));
    }
    WatchJournal all = watch(KeyRange.prefix(Bytes.utf8("key/")), 0);
    await()
        .atMost(LIMIT)
        .until(
            () ->
                all.created().isPresent()
                    && single.stream().allMatch(journal -> journal.created().isPresent()));
    return new Watched(all, single);
  }

  private WatchJournal watch(KeyRange range, long startRevision) {
    WatchJournal journal = new WatchJournal();
    store.watch(range, startRevision, journal);
    return journal;
  }

  private void write(int count) {
    long begun = System.nanoTime();
    for (int written = 0; written < count; ) {
      written += tryWrite().join() ? 1 : 0;
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(LIMIT);
    }
  }

  /** Changes some keys in one revision; gives whether that is known to have worked. */
  private CompletableFuture<Boolean> tryWrite() {
    List<Op> ops = new ArrayList<>();
    int first = random.nextInt(KEYS);
    for (int i = first; i < Math.min(KEYS, first + 3); i++) {
      ops.add(
          random.nextInt(4) == 0
              ? Op.delete(KeyRange.single(key(i)))
              : Op.put(key(i), Bytes.utf8("x")));
    }
    return store
        .txn(TxnRequest.of(ops.toArray(Op[]::new)))
        .handle((result, failure) -> failure == null);
  }

  private long put(int key) {
    return put(key, new byte[0]);
  }

  private long put(int key, byte[] value) {
    return store.txn(TxnRequest.of(Op.put(key(key), Bytes.wrap(value)))).join().revision();
  }

  private static Bytes key(int number) {
    return Bytes.utf8("key/" + number);
  }

  private final class Watched {
    private final WatchJournal all;
    private final List<WatchJournal> single;

    Watched(WatchJournal all, List<WatchJournal> single) {
      this.all = all;
      this.single = single;
    }

    /** Compares what was seen with the history that etcd itself tells to a new watch. */
    void assertComplete() {
      long end = put(KEYS);
      WatchJournal history =
          watch(KeyRange.prefix(Bytes.utf8("key/")), all.created().getAsLong() + 1);
      String last = "PUT " + key(KEYS) + "@" + end;
      await().atMost(LIMIT).until(() -> history.events().contains(last));
      await().atMost(LIMIT).until(() -> all.events().contains(last));

      assertThat(all.breaches()).isEmpty();
      assertThat(all.events()).isEqualTo(history.events());
      Map<String, List<String>> byKey =
          history.events().stream().collect(Collectors.groupingBy(WatchFaultsIT::keyOf));
      await()
          .atMost(LIMIT)
          .until(
              () ->
                  single.stream().mapToInt(j -> j.events().size()).sum()
                      >= history.events().size() - 1);
      for (int i = 0; i < KEYS; i++) {
        assertThat(single.get(i).breaches()).isEmpty();
        assertThat(single.get(i).events())
            .isEqualTo(byKey.getOrDefault(key(i).toString(), List.of()));
      }
    }
  }

  private static String keyOf(String line) {
    return line.substring(line.indexOf(' ') + 1, line.lastIndexOf('@'));
  }
}
