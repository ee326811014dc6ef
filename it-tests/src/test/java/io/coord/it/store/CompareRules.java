package io.coord.it.store;

import static io.coord.it.store.Lab.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Bytes;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.Compare.Field;
import io.coord.core.internal.store.Compare.Relation;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.TxnRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** When the conditions of a transaction hold. */
interface CompareRules extends Rules {

  /**
   * The read in it is what makes etcd ask a quorum: one that only compares may look at the past.
   */
  private boolean holds(Compare compare) {
    return lab().txn(TxnRequest.when(compare).then(Op.get(lab().key("any")))).succeeded();
  }

  /** How a stored number relates to one below it, to itself, and to one above it. */
  private void checkRelations(Bytes key, Field field, long stored) {
    Map<Relation, String> expected = new LinkedHashMap<>();
    expected.put(Relation.EQUAL, "010");
    expected.put(Relation.NOT_EQUAL, "101");
    expected.put(Relation.GREATER, "100");
    expected.put(Relation.LESS, "001");
    expected.forEach(
        (relation, outcomes) -> {
          StringBuilder seen = new StringBuilder();
          for (long operand = stored - 1; operand <= stored + 1; operand++) {
            Compare compare = new Compare.OfField(KeyRange.single(key), field, relation, operand);
            seen.append(holds(compare) ? '1' : '0');
          }
          assertThat(seen).as("%s %s around %d", field, relation, stored).hasToString(outcomes);
        });
  }

  @Test
  default void compare_numbersOfAKey_relateAsTheyShould() {
    lab().putEach("a", "a", "a");
    KeyValue kv = lab().read("a").kvs().get(0);
    checkRelations(kv.key(), Field.VERSION, 3);
    checkRelations(kv.key(), Field.CREATE_REVISION, kv.createRevision());
    checkRelations(kv.key(), Field.MOD_REVISION, kv.modRevision());
  }

  @Test
  default void compare_numbersOfAMissingKey_areZero() {
    for (Field field : Field.values()) {
      checkRelations(lab().key("none"), field, 0);
    }
  }

  @Test
  default void compare_numbersOfADeletedKey_areZero() {
    lab().putEach("a");
    lab().txn(Op.delete(lab().key("a")));
    for (Field field : Field.values()) {
      checkRelations(lab().key("a"), field, 0);
    }
  }

  @Test
  default void compare_values_areOrderedByUnsignedBytes() {
    Bytes key = lab().key("a");
    Bytes low = Bytes.wrap(new byte[] {0x7f});
    Bytes high = Bytes.wrap(new byte[] {(byte) 0x80});
    lab().txn(Op.put(key, high));
    assertThat(holds(Compare.value(key, Relation.EQUAL, high))).isTrue();
    assertThat(holds(Compare.value(key, Relation.EQUAL, low))).isFalse();
    assertThat(holds(Compare.value(key, Relation.NOT_EQUAL, low))).isTrue();
    assertThat(holds(Compare.value(key, Relation.GREATER, low))).isTrue();
    assertThat(holds(Compare.value(key, Relation.LESS, low))).isFalse();
    assertThat(holds(Compare.value(key, Relation.GREATER, Bytes.EMPTY))).isTrue();
  }

  @Test
  default void compare_valueOfAMissingKey_neverHolds() {
    for (Relation relation : Relation.values()) {
      assertThat(holds(Compare.value(lab().key("none"), relation, value("x"))))
          .as("%s x", relation)
          .isFalse();
      assertThat(holds(Compare.value(lab().key("none"), relation, Bytes.EMPTY)))
          .as("%s empty", relation)
          .isFalse();
    }
  }

  @Test
  default void compare_emptyValue_equalsEmpty() {
    lab().txn(Op.put(lab().key("a"), Bytes.EMPTY));
    assertThat(holds(Compare.value(lab().key("a"), Relation.EQUAL, Bytes.EMPTY))).isTrue();
  }

  @Test
  default void compare_range_mustHoldForEveryKey() {
    lab().putEach("r1", "r2", "r2");
    KeyRange range = lab().range("r");
    assertThat(holds(new Compare.OfField(range, Field.VERSION, Relation.GREATER, 0))).isTrue();
    assertThat(holds(new Compare.OfField(range, Field.VERSION, Relation.EQUAL, 1))).isFalse();
    assertThat(holds(new Compare.OfValue(range, Relation.GREATER, value("value of r")))).isTrue();
    assertThat(holds(new Compare.OfValue(range, Relation.EQUAL, value("value of r1")))).isFalse();
  }

  @Test
  default void compare_rangeWithoutKeys_isMadeAgainstZero() {
    KeyRange none = lab().range("none");
    assertThat(holds(new Compare.OfField(none, Field.CREATE_REVISION, Relation.EQUAL, 0))).isTrue();
    assertThat(holds(new Compare.OfField(none, Field.CREATE_REVISION, Relation.GREATER, 0)))
        .isFalse();
    assertThat(holds(new Compare.OfField(none, Field.MOD_REVISION, Relation.LESS, 1))).isTrue();
    assertThat(holds(new Compare.OfValue(none, Relation.NOT_EQUAL, value("x")))).isFalse();
  }

  @Test
  default void compare_rangeOfCreateRevisions_tellsWhetherAnyoneCameBefore() {
    lab().putEach("line/1", "line/2");
    long second = lab().read("line/2").kvs().get(0).createRevision();
    KeyRange line = lab().range("line/");
    Compare noneBefore =
        new Compare.OfField(line, Field.CREATE_REVISION, Relation.GREATER, second - 1);
    assertThat(holds(noneBefore)).isFalse();
    lab().txn(Op.delete(lab().key("line/1")));
    assertThat(holds(noneBefore)).isTrue();
  }
}
