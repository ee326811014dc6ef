package io.coord.it.store;

import static io.coord.it.store.Lab.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.CompactedException;
import io.coord.core.UnavailableException;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How the past is read, until it is compacted away. */
interface PastRules extends Rules {

  @Test
  default void read_atAnOldRevision_seesTheKeysOfThen() {
    long first = lab().txn(Op.put(lab().key("a"), value("1"))).revision();
    long second = lab().txn(Op.put(lab().key("b"), value("2"))).revision();
    long third =
        lab().txn(Op.put(lab().key("a"), value("3")), Op.delete(lab().key("b"))).revision();
    RangeRequest all = RangeRequest.of(lab().range(""));
    assertThat(lab().read(all.atRevision(first - 1)).count()).isZero();
    assertThat(lab().read(all.atRevision(first)).kvs())
        .containsExactly(new KeyValue(lab().key("a"), value("1"), first, first, 1, 0));
    assertThat(lab().read(all.atRevision(second)).count()).isEqualTo(2);
    RangeResult then = lab().read(all.atRevision(third));
    assertThat(then.kvs())
        .containsExactly(new KeyValue(lab().key("a"), value("3"), first, third, 2, 0));
  }

  @Test
  default void read_atAnOldRevision_tellsTheRevisionOfNow() {
    List<Long> revisions = lab().putEach("a", "a", "a");
    RangeResult read = lab().read(RangeRequest.key(lab().key("a")).atRevision(revisions.get(0)));
    assertThat(read.revision()).isEqualTo(revisions.get(2));
  }

  @Test
  default void read_atAnOldRevision_obeysLimitAndCount() {
    lab().putEach("a", "b");
    long then = lab().putEach("c").get(0);
    lab().txn(Op.delete(lab().range("")));
    RangeRequest all = RangeRequest.of(lab().range("")).atRevision(then);
    assertThat(lab().read(all.limit(2)).more()).isTrue();
    assertThat(lab().read(all.countOnly()).count()).isEqualTo(3);
  }

  @Test
  default void read_beforeTheCompaction_isToldSo() {
    List<Long> revisions = lab().putEach("a", "a", "a");
    long compacted = lab().compact();
    assertThat(compacted).isGreaterThanOrEqualTo(revisions.get(2));
    RangeRequest old = RangeRequest.key(lab().key("a")).atRevision(revisions.get(1));
    assertThatThrownBy(() -> lab().read(old)).isInstanceOf(CompactedException.class);
    TxnRequest reading = TxnRequest.of(Op.get(lab().key("a")), Op.get(old));
    assertThatThrownBy(() -> lab().txn(reading)).isInstanceOf(CompactedException.class);
  }

  @Test
  default void read_atTheCompactionOrLater_isAnswered() {
    lab().putEach("a", "a", "b");
    lab().txn(Op.delete(lab().key("b")));
    long compacted = lab().compact();
    lab().txn(Op.put(lab().key("a"), value("later")));
    RangeRequest all = RangeRequest.of(lab().range(""));
    RangeResult then = lab().read(all.atRevision(compacted));
    assertThat(then.count()).isEqualTo(1);
    assertThat(then.kvs().get(0).value()).isEqualTo(value("value of a"));
    assertThat(then.kvs().get(0).version()).isEqualTo(2);
    assertThat(lab().read(all).kvs().get(0).version()).isEqualTo(3);
  }

  @Test
  default void compaction_keepsWhatExists() {
    lab().putEach("a", "b", "a", "c");
    lab().txn(Op.delete(lab().key("b")));
    RangeResult before = lab().read(RangeRequest.of(lab().range("")));
    lab().compact();
    RangeResult after = lab().read(RangeRequest.of(lab().range("")));
    assertThat(after.kvs()).isEqualTo(before.kvs());
    long again = lab().putEach("b").get(0);
    assertThat(lab().read("b").kvs().get(0).createRevision()).isEqualTo(again);
  }

  @Test
  default void read_atARevisionThatComesSoon_waitsForIt() {
    long next = lab().revision() + 1;
    CompletableFuture<RangeResult> read =
        lab().store().range(RangeRequest.key(lab().key("a")).atRevision(next));
    lab().pass(Duration.ofMillis(200));
    assertThat(read).isNotDone();
    assertThat(lab().putEach("a")).containsExactly(next);
    assertThat(lab().await(read).first()).isPresent();
  }

  @Test
  default void txn_readingARevisionThatComesSoon_waitsForIt() {
    long next = lab().revision() + 1;
    RangeRequest early = RangeRequest.key(lab().key("a")).atRevision(next);
    CompletableFuture<TxnResult> read = lab().store().txn(TxnRequest.of(Op.get(early)));
    lab().pass(Duration.ofMillis(200));
    assertThat(read).isNotDone();
    assertThat(lab().putEach("a")).containsExactly(next);
    assertThat(lab().await(read).range(0).first()).isPresent();
  }

  @Test
  default void read_atARevisionThatDoesNotCome_isUnavailableWhenItsTimeIsOver() {
    long never = lab().revision() + 1_000_000;
    Store impatient = lab().openStore(Duration.ofSeconds(1));
    RangeRequest request = RangeRequest.key(lab().key("a")).atRevision(never);
    assertThatThrownBy(() -> lab().await(impatient.range(request)))
        .isInstanceOf(UnavailableException.class);
  }
}
