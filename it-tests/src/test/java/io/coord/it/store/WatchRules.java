package io.coord.it.store;

import static io.coord.it.store.Lab.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Bytes;
import io.coord.core.internal.store.Changes;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import io.coord.core.internal.store.WatchEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What a watch from now on reports. */
interface WatchRules extends Rules {

  @Test
  default void watch_fromNow_reportsEverythingAfterTheRevisionThatItStandsAt() {
    lab().putEach("a", "a");
    ContractListener watch = lab().watchNow(KeyRange.single(lab().key("a")));
    assertThat(watch.createdRevision()).isPositive().isLessThanOrEqualTo(lab().revision());
    long last = lab().putEach("a", "a", "a").get(2);
    lab().await(() -> watch.revisions().contains(last));
    assertThat(watch.revisions())
        .containsExactlyElementsOf(
            LongStream.rangeClosed(Math.max(watch.createdRevision() + 1, last - 4), last)
                .boxed()
                .toList());
  }

  @Test
  default void watch_openedAmongWrites_missesNone() {
    Store writer = lab().openStore();
    Bytes key = lab().key("a");
    List<CompletableFuture<TxnResult>> writes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      writes.add(writer.txn(TxnRequest.of(Op.put(key, value("before " + i)))));
    }
    ContractListener watch = lab().listener();
    watch.opened(lab().store().watch(KeyRange.single(key), 0, watch));
    for (int i = 0; i < 20; i++) {
      writes.add(writer.txn(TxnRequest.of(Op.put(key, value("after " + i)))));
    }
    List<Long> revisions =
        writes.stream().map(write -> lab().await(write).revision()).sorted().toList();
    long last = revisions.get(revisions.size() - 1);
    lab().await(watch::isCreated);
    List<Long> expected =
        revisions.stream().filter(revision -> revision > watch.createdRevision()).toList();
    lab().await(() -> expected.isEmpty() || watch.revisions().contains(last));
    assertThat(watch.revisions()).containsExactlyElementsOf(expected);
  }

  @Test
  default void watch_put_isReportedAsItIsStored() {
    ContractListener watch = lab().watchNow(lab().range(""));
    long lease = lab().grant(30).id();
    lab().txn(Op.put(lab().key("a"), value("1"), lease));
    lab().txn(Op.put(lab().key("a"), value("2"), lease));
    KeyValue stored = lab().read("a").kvs().get(0);
    lab().await(() -> watch.events().size() == 2);
    assertThat(watch.events().get(1)).isEqualTo(new WatchEvent(WatchEvent.Type.PUT, stored));
    assertThat(watch.events().get(0).kv().version()).isEqualTo(1);
  }

  @Test
  default void watch_deletion_isReportedWithKeyAndRevisionOnly() {
    lab().putEach("a");
    ContractListener watch = lab().watchFrom(lab().range(""), lab().revision() + 1);
    lab().await(watch::isCreated);
    long revision = lab().txn(Op.delete(lab().key("a"))).revision();
    lab().await(() -> !watch.events().isEmpty());
    assertThat(watch.events())
        .containsExactly(
            new WatchEvent(
                WatchEvent.Type.DELETE,
                new KeyValue(lab().key("a"), Bytes.EMPTY, 0, revision, 0, 0)));
  }

  @Test
  default void watch_oneTransaction_isReportedInOneCallInTheOrderOfItsOperations() {
    lab().putEach("old1", "old2");
    ContractListener watch = lab().watchFrom(lab().range(""), lab().revision() + 1);
    lab().await(watch::isCreated);
    TxnResult txn =
        lab()
            .txn(
                Op.put(lab().key("b"), value("1")),
                Op.delete(lab().range("old")),
                Op.put(lab().key("a"), value("2")));
    lab().await(() -> !watch.events().isEmpty());
    assertThat(watch.calls()).hasSize(1);
    assertThat(watch.calls().get(0).revision()).isEqualTo(txn.revision());
    assertThat(watch.events())
        .extracting(event -> event.kv().key())
        .containsExactly(lab().key("b"), lab().key("old1"), lab().key("old2"), lab().key("a"));
  }

  @Test
  default void watch_largeTransaction_isReportedInOneCall() {
    ContractListener watch = lab().watchNow(lab().range("k"));
    Op[] puts = new Op[128];
    for (int i = 0; i < puts.length; i++) {
      puts[i] = Op.put(lab().key("k" + i), Bytes.wrap(new byte[10_000]));
    }
    lab().txn(puts);
    lab().await(() -> !watch.events().isEmpty());
    assertThat(watch.calls()).hasSize(1);
    assertThat(watch.events()).hasSize(128);
  }

  @Test
  default void watch_ofOneKey_reportsNoOther() {
    ContractListener watch = lab().watchNow(KeyRange.single(lab().key("a")));
    lab().putEach("a/", "ab", "A", "a");
    lab().await(() -> !watch.events().isEmpty());
    assertThat(watch.events())
        .extracting(event -> event.kv().key())
        .containsExactly(lab().key("a"));
  }

  @Test
  default void watch_ofDeletions_reportsNoPut() {
    ContractListener watch = lab().listener();
    watch.opened(lab().store().watch(lab().range("a"), 0, Changes.DELETIONS, watch));
    lab().await(watch::isCreated);
    lab().putEach("a1", "a2");
    lab().txn(Op.put(lab().key("a3"), Bytes.EMPTY), Op.delete(lab().key("a1")));
    lab().txn(Op.delete(lab().key("a2")));
    lab().await(() -> watch.events().size() >= 2);
    assertThat(watch.events())
        .extracting(event -> event.type() + " " + event.kv().key())
        .containsExactly("DELETE " + lab().key("a1"), "DELETE " + lab().key("a2"));
  }

  @Test
  default void watch_ofPuts_reportsNoDeletion() {
    ContractListener watch = lab().listener();
    watch.opened(lab().store().watch(lab().range("a"), 0, Changes.PUTS, watch));
    lab().await(watch::isCreated);
    lab().putEach("a1", "a2");
    lab().txn(Op.delete(lab().key("a2")));
    lab().txn(Op.delete(lab().key("a1")), Op.put(lab().key("a3"), Bytes.EMPTY));
    lab().await(() -> watch.events().size() >= 3);
    assertThat(watch.events())
        .extracting(event -> event.type() + " " + event.kv().key())
        .containsExactly(
            "PUT " + lab().key("a1"), "PUT " + lab().key("a2"), "PUT " + lab().key("a3"));
  }

  @Test
  default void watch_ofAPrefix_reportsNothingBesideIt() {
    ContractListener watch = lab().watchNow(lab().range("x/"));
    lab().putEach("x", "x2", "x0/1", "x/1", "x/");
    lab().await(() -> watch.events().size() >= 2);
    assertThat(watch.events())
        .extracting(event -> event.kv().key())
        .containsExactly(lab().key("x/1"), lab().key("x/"));
  }

  @Test
  default void watch_unbounded_reportsEveryKeyFromItsStart() {
    ContractListener watch = lab().watchNow(KeyRange.between(lab().key("b"), KeyRange.UNBOUNDED));
    lab().putEach("a", "b", "c");
    lab().await(() -> watch.events().size() >= 2);
    assertThat(watch.events())
        .extracting(event -> event.kv().key())
        .containsExactly(lab().key("b"), lab().key("c"));
  }

  @Test
  default void watches_manyOnOnePrefix_eachReportEverything() {
    List<ContractListener> watches = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      ContractListener watch = lab().listener();
      watch.opened(lab().store().watch(lab().range("a"), 0, watch));
      watches.add(watch);
    }
    lab().await(() -> watches.stream().allMatch(ContractListener::isCreated));
    List<Long> revisions = lab().putEach("a1", "b", "a2", "a1");
    List<Long> expected = List.of(revisions.get(0), revisions.get(2), revisions.get(3));
    lab().await(() -> watches.stream().allMatch(watch -> watch.events().size() >= 3));
    assertThat(watches).allSatisfy(w -> assertThat(w.revisions()).isEqualTo(expected));
  }

  @Test
  default void watches_opened_insideACallback_stand() {
    ContractListener inner = lab().listener();
    ContractListener outer = lab().watchNow(lab().range("a"));
    outer.onCall(
        call -> {
          if (outer.calls().size() == 1) {
            inner.opened(lab().store().watch(lab().range("b"), call.revision() + 1, inner));
          }
        });
    lab().putEach("a", "b", "b");
    lab().await(() -> inner.events().size() == 2);
  }
}
