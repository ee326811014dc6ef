package io.coord.it.store;

import static io.coord.it.store.Lab.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Bytes;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.WatchEvent;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a watch from a given revision reports. */
interface WatchReplayRules extends Rules {

  @Test
  default void watch_fromThePast_reportsItAndThenThePresent() {
    List<Long> past = lab().putEach("a", "b", "a", "a");
    ContractListener watch = lab().watchFrom(KeyRange.single(lab().key("a")), past.get(2));
    lab().await(() -> watch.events().size() >= 2);
    List<Long> present = lab().putEach("a", "b", "a");
    lab().await(() -> watch.events().size() >= 4);
    assertThat(watch.createdRevision()).isEqualTo(past.get(2) - 1);
    assertThat(watch.revisions())
        .containsExactly(past.get(2), past.get(3), present.get(0), present.get(2));
  }

  @Test
  default void watch_fromThePast_reportsDeletionsAndLeases() {
    long start = lab().revision() + 1;
    long lease = lab().grant(30).id();
    lab().txn(Op.put(lab().key("a"), value("1"), lease), Op.put(lab().key("b"), value("2")));
    lab().await(lab().store().revokeLease(lease));
    ContractListener watch = lab().watchFrom(lab().range(""), start);
    lab().await(() -> watch.events().size() == 3);
    assertThat(watch.events().get(0).kv().lease()).isEqualTo(lease);
    assertThat(watch.events().get(2).type()).isEqualTo(WatchEvent.Type.DELETE);
    assertThat(watch.events().get(2).kv().modRevision()).isEqualTo(start + 1);
  }

  @Test
  default void watch_fromTheFuture_reportsNothingBeforeIt() {
    long now = lab().putEach("a").get(0);
    ContractListener watch = lab().watchFrom(KeyRange.single(lab().key("a")), now + 3);
    lab().await(watch::isCreated);
    assertThat(watch.createdRevision()).isEqualTo(now + 2);
    lab().putEach("a", "a", "a", "a");
    lab().await(() -> watch.events().size() >= 2);
    assertThat(watch.revisions()).containsExactly(now + 3, now + 4);
  }

  @Test
  default void watch_fromLongAgo_reportsThousandsOfRevisionsInOrder() {
    long start = lab().revision() + 1;
    for (int i = 0; i < 2500; i++) {
      lab().putEach("a");
    }
    ContractListener watch = lab().watchFrom(lab().range(""), start);
    lab().await(() -> watch.events().size() >= 2500);
    assertThat(watch.revisions()).hasSize(2500).isSorted().doesNotHaveDuplicates();
  }

  @Test
  default void watch_manyLargeTransactionsOfThePast_areEachReportedWhole() {
    long start = lab().revision() + 1;
    Bytes large = Bytes.wrap(new byte[30_000]);
    for (int i = 0; i < 8; i++) {
      lab()
          .txn(
              IntStream.range(0, 40)
                  .mapToObj(n -> Op.put(lab().key("k" + n), large))
                  .toArray(Op[]::new));
    }
    ContractListener watch = lab().watchFrom(lab().range("k"), start);
    lab().await(() -> watch.events().size() >= 320);
    assertThat(watch.events()).hasSize(320);
    for (ContractListener.Call call : watch.calls()) {
      assertThat(call.events().size() % 40).isZero();
    }
  }

  @Test
  default void watch_fromBeforeTheCompaction_isToldSoAndEnds() {
    List<Long> revisions = lab().putEach("a", "a", "a");
    long compacted = lab().compact();
    ContractListener watch = lab().watchFrom(KeyRange.single(lab().key("a")), revisions.get(1));
    lab().await(() -> !watch.compacted().isEmpty());
    assertThat(watch.compacted()).containsExactly(compacted);
    lab().putEach("a");
    lab().pass(Duration.ofMillis(300));
    assertThat(watch.events()).isEmpty();
    assertThat(watch.failed()).isEmpty();
  }

  @Test
  default void watch_fromTheCompactionItself_countsAsCompacted() {
    lab().putEach("a", "a");
    long compacted = lab().compact();
    ContractListener watch = lab().watchFrom(KeyRange.single(lab().key("a")), compacted);
    lab().await(() -> !watch.compacted().isEmpty());
    assertThat(watch.events()).isEmpty();
  }

  @Test
  default void watch_fromRightAfterTheCompaction_reportsEverything() {
    lab().putEach("a", "a");
    long compacted = lab().compact();
    long next = lab().putEach("a").get(0);
    ContractListener watch = lab().watchFrom(KeyRange.single(lab().key("a")), compacted + 1);
    lab().await(() -> !watch.events().isEmpty());
    assertThat(watch.revisions()).containsExactly(next);
    assertThat(watch.compacted()).isEmpty();
  }

  @Test
  default void compaction_doesNotDisturbAWatchThatIsUpToDate() {
    ContractListener watch = lab().watchNow(KeyRange.single(lab().key("a")));
    List<Long> before = lab().putEach("a", "a");
    lab().await(() -> watch.revisions().contains(before.get(1)));
    lab().compact();
    long after = lab().putEach("a").get(0);
    lab().await(() -> watch.revisions().contains(after));
    assertThat(watch.revisions()).containsExactly(before.get(0), before.get(1), after);
  }
}
