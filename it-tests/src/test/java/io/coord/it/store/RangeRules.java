package io.coord.it.store;

import static io.coord.it.store.Lab.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Bytes;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeRequest.Order;
import io.coord.core.internal.store.RangeResult;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What reads return. */
interface RangeRules extends Rules {

  private List<String> names(RangeRequest request) {
    int prefix = lab().key("").length();
    return lab().read(request).kvs().stream().map(kv -> kv.key().from(prefix).utf8()).toList();
  }

  @Test
  default void range_prefix_isEveryKeyThatBeginsWithItInOrder() {
    lab().putEach("b", "ab", "a", "a/", "a/z", "B");
    assertThat(names(RangeRequest.of(lab().range(""))))
        .containsExactly("B", "a", "a/", "a/z", "ab", "b");
    assertThat(names(RangeRequest.of(lab().range("a")))).containsExactly("a", "a/", "a/z", "ab");
    assertThat(names(RangeRequest.of(lab().range("a/")))).containsExactly("a/", "a/z");
    assertThat(names(RangeRequest.key(lab().key("a")))).containsExactly("a");
  }

  @Test
  default void range_prefixOfHighestBytes_hasTheRightEnd() {
    Bytes prefix = lab().key("").concat(Bytes.wrap(new byte[] {(byte) 0xff, (byte) 0xff}));
    lab().txn(Op.put(prefix, value("1")));
    lab().txn(Op.put(prefix.concat(value("x")), value("2")));
    lab().txn(Op.put(lab().key("a"), value("3")));
    assertThat(lab().read(RangeRequest.prefix(prefix)).count()).isEqualTo(2);
  }

  @Test
  default void range_between_includesItsStartAndExcludesItsEnd() {
    lab().putEach("a", "b", "c", "d");
    KeyRange range = KeyRange.between(lab().key("b"), lab().key("d"));
    assertThat(names(RangeRequest.of(range))).containsExactly("b", "c");
  }

  @Test
  default void range_unbounded_isEveryKeyFromItsStart() {
    lab().putEach("a", "b");
    Bytes last = Bytes.wrap(new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff});
    lab().txn(Op.put(last, value("1")));
    RangeResult found =
        lab().read(RangeRequest.of(KeyRange.between(lab().key("b"), KeyRange.UNBOUNDED)));
    assertThat(found.kvs()).extracting(KeyValue::key).contains(lab().key("b"), last);
    assertThat(found.kvs()).extracting(KeyValue::key).doesNotContain(lab().key("a"));
    RangeResult everything = lab().read(RangeRequest.prefix(Bytes.EMPTY));
    assertThat(everything.kvs()).extracting(KeyValue::key).contains(lab().key("a"), last);
    lab().txn(Op.delete(last));
  }

  @Test
  default void range_endNotAfterItsStart_isEmpty() {
    lab().putEach("a", "b");
    KeyRange backwards = KeyRange.between(lab().key("b"), lab().key("a"));
    assertThat(lab().read(RangeRequest.of(backwards)).count()).isZero();
    KeyRange nothing = KeyRange.between(lab().key("b"), lab().key("b"));
    assertThat(lab().read(RangeRequest.of(nothing)).count()).isZero();
  }

  @Test
  default void range_ofNothing_isEmptyAtTheStoresRevision() {
    long revision = lab().putEach("a").get(0);
    RangeResult read = lab().read("none");
    assertThat(read.kvs()).isEmpty();
    assertThat(read.first()).isEmpty();
    assertThat(read.count()).isZero();
    assertThat(read.more()).isFalse();
    assertThat(read.revision()).isEqualTo(revision);
  }

  @Test
  default void range_limit_cutsTheListButNotTheCount() {
    lab().putEach("a", "b", "c");
    RangeRequest all = RangeRequest.of(lab().range(""));
    RangeResult two = lab().read(all.limit(2));
    assertThat(two.kvs()).hasSize(2);
    assertThat(two.count()).isEqualTo(3);
    assertThat(two.more()).isTrue();
    RangeResult exactly = lab().read(all.limit(3));
    assertThat(exactly.kvs()).hasSize(3);
    assertThat(exactly.more()).isFalse();
    assertThat(lab().read(all.limit(10)).kvs()).hasSize(3);
  }

  @Test
  default void range_orders_areWhatTheySay() {
    lab().putEach("b", "c", "a", "b");
    RangeRequest all = RangeRequest.of(lab().range(""));
    assertThat(names(all.orderedBy(Order.KEY))).containsExactly("a", "b", "c");
    assertThat(names(all.orderedBy(Order.KEY_DESCENDING))).containsExactly("c", "b", "a");
    assertThat(names(all.orderedBy(Order.CREATE_REVISION))).containsExactly("b", "c", "a");
    assertThat(names(all.orderedBy(Order.MOD_REVISION))).containsExactly("c", "a", "b");
  }

  @Test
  default void range_orderAndLimit_sortsBeforeItCuts() {
    lab().putEach("b", "c", "a");
    RangeRequest all = RangeRequest.of(lab().range("")).limit(1);
    assertThat(names(all.orderedBy(Order.KEY_DESCENDING))).containsExactly("c");
    RangeResult first = lab().read(all.orderedBy(Order.CREATE_REVISION));
    assertThat(first.kvs().get(0).key()).isEqualTo(lab().key("b"));
    assertThat(first.count()).isEqualTo(3);
  }

  @Test
  default void range_keysOnly_hasEverythingButValues() {
    long revision = lab().putEach("a").get(0);
    RangeResult read = lab().read(RangeRequest.of(lab().range("")).keysOnly());
    assertThat(read.kvs())
        .containsExactly(new KeyValue(lab().key("a"), Bytes.EMPTY, revision, revision, 1, 0));
  }

  @Test
  default void range_countOnly_hasNoKeys() {
    lab().putEach("a", "b", "c");
    RangeResult read = lab().read(RangeRequest.of(lab().range("")).countOnly());
    assertThat(read.kvs()).isEmpty();
    assertThat(read.count()).isEqualTo(3);
  }

  @Test
  default void range_serializable_returnsKeysOfSomeRevision() {
    lab().putEach("a", "b");
    RangeResult read = lab().read(RangeRequest.of(lab().range("")).serializable());
    assertThat(read.revision()).isPositive().isLessThanOrEqualTo(lab().revision());
    assertThat(read.count()).isLessThanOrEqualTo(2);
  }

  @Test
  default void range_manyKeys_areAllReturned() {
    for (int batch = 0; batch < 10; batch++) {
      Op[] puts = new Op[100];
      for (int i = 0; i < puts.length; i++) {
        puts[i] = Op.put(lab().key(String.format("%02d%02d", batch, i)), value("1"));
      }
      lab().txn(puts);
    }
    RangeRequest all = RangeRequest.of(lab().range(""));
    assertThat(lab().read(all).kvs()).hasSize(1000);
    List<KeyValue> byAge = lab().read(all.orderedBy(Order.MOD_REVISION)).kvs();
    assertThat(byAge).extracting(KeyValue::modRevision).isSorted();
  }
}
