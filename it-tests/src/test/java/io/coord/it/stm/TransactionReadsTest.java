package io.coord.it.stm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.Codec;
import io.coord.core.RefusedException;
import io.coord.it.torture.simulated.model.BlockingBodies;
import io.coord.stm.Isolation;
import io.coord.stm.StmOptions;
import io.coord.stm.StmResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Reads of many keys and of ranges, and how many requests they take. */
class TransactionReadsTest extends SimulatedStm {

  private static final Codec<Integer> NUMBERS =
      new Codec<>() {
        @Override
        public Bytes encode(Integer value) {
          return Bytes.utf8(value.toString());
        }

        @Override
        public Integer decode(Bytes bytes) {
          return Integer.valueOf(bytes.utf8());
        }
      };

  @Test
  void getAll_severalKeys_readsThemInOneRequestAndInTheirOrder() {
    put("a", "1");
    put("c", "3");

    StmResult<Map<String, String>> result = run(tx -> tx.getAll("c", "b", "a", "c"));

    assertThat(result.value()).containsExactly(Map.entry("c", "3"), Map.entry("a", "1"));
    assertThat(sent("Txn") + sent("Range")).isEqualTo(1);
    assertThat(etcd.leases()).isEmpty();
  }

  @Test
  void getAll_someReadOrWrittenBefore_asksOnlyForTheOthers() {
    put("a", "1");
    put("b", "2");

    StmResult<Map<String, Integer>> result =
        run(
            tx -> {
              tx.get("a");
              tx.put("b", 20, NUMBERS);
              tx.delete("none");
              return tx.getAll(List.of("a", "b", "none"), NUMBERS);
            });

    assertThat(result.value()).containsExactly(Map.entry("a", 1), Map.entry("b", 20));
    assertThat(sent("Range")).isEqualTo(1);
    assertThat(sent("Txn")).as("the commit, and the put of its marker").isEqualTo(2);
  }

  @Test
  void getAll_moreKeysThanARequestTakes_areOfOneRevision() {
    List<String> keys = IntStream.range(0, 300).mapToObj(i -> "key" + i).toList();
    put("key0", "old");
    put("key299", "old");
    boolean[] changed = new boolean[1];

    StmResult<Map<String, String>> result =
        run(
            tx -> {
              tx.get("key0");
              if (!changed[0]) {
                changed[0] = true;
                BlockingBodies.await(putLater("key299", "new"));
              }
              return tx.getAll(keys, Codec.utf8());
            });

    assertThat(result.value())
        .containsExactly(Map.entry("key0", "old"), Map.entry("key299", "old"));
    assertThat(sent("Txn")).isEqualTo(3);
  }

  @Test
  void getAll_keyChangedBeforeTheCommit_runsAgainWithoutAnotherRead() {
    put("a", "1");
    put("b", "1");
    List<Object> seen = new ArrayList<>();

    StmResult<Integer> result =
        run(
            tx -> {
              Map<String, String> both = tx.getAll("a", "b");
              if (seen.isEmpty()) {
                BlockingBodies.await(putLater("b", "2"));
              }
              seen.add(both);
              tx.put("c", both.toString());
              return 0;
            });

    assertThat(result.attempts()).isEqualTo(2);
    assertThat(value("c")).contains("{a=1, b=2}");
    assertThat(sent("Range") + sent("Txn"))
        .as("a read, two commits, and the put of the marker")
        .isEqualTo(4);
  }

  @Test
  void getRange_ownWrites_areSeenInIt() {
    put("list/1", "1");
    put("list/2", "2");
    put("list0", "outside");

    StmResult<Map<String, Integer>> result =
        run(
            tx -> {
              tx.put("list/0", "0");
              tx.put("list/2", "20");
              tx.delete("list/1");
              tx.put("lisz", "outside");
              return tx.getRange("list/", NUMBERS);
            });

    assertThat(result.value()).containsExactly(Map.entry("list/0", 0), Map.entry("list/2", 20));
    assertThat(value("list/1")).isEmpty();
  }

  @Test
  void getRange_thenGetOfItsKeys_takesNoFurtherRequest() {
    put("list/1", "1");

    StmResult<List<Object>> result =
        run(
            tx ->
                List.of(
                    tx.getRange("list/"), tx.get("list/1"), tx.get("list/2"), tx.rev("list/1")));

    assertThat(result.value().get(1)).hasToString("Optional[1]");
    assertThat(sent("Range") + sent("Txn")).isEqualTo(1);
  }

  @Test
  void getRange_changedBeforeTheCommit_runsAgainWithoutAnotherRead() {
    put("list/1", "1");
    List<Object> seen = new ArrayList<>();

    StmResult<Integer> result =
        run(
            tx -> {
              Map<String, String> list = tx.getRange("list/");
              if (seen.isEmpty()) {
                BlockingBodies.await(putLater("list/1", "2"));
                BlockingBodies.await(putLater("list/2", "2"));
              }
              seen.add(list);
              tx.put("list/sum", list.toString());
              return 0;
            });

    assertThat(result.attempts()).isEqualTo(2);
    assertThat(value("list/sum")).contains("{list/1=2, list/2=2}");
    assertThat(sent("Range")).isEqualTo(1);
    assertThat(sent("Txn")).as("two commits, and the put of the marker").isEqualTo(3);
  }

  @Test
  void getRange_moreKeysThanEtcdCompares_saysTheLimitOnlyWhenSomethingIsWritten() {
    IntStream.range(0, 130).forEach(i -> put("list/" + i, ""));

    assertThat(run(tx -> tx.getRange("list/").size()).value()).isEqualTo(130);
    assertThatThrownBy(
            () ->
                run(
                    tx -> {
                      tx.put("count", Integer.toString(tx.getRange("list/").size()));
                      return 0;
                    }))
        .isInstanceOf(RefusedException.class)
        .hasMessageContainingAll("127", "range", "--max-txn-ops");
    assertThat(value("count")).isEmpty();
    StmOptions unguarded = StmOptions.defaults().withIsolation(Isolation.READ_COMMITTED);
    assertThat(
            run(
                    unguarded,
                    tx -> {
                      tx.put("count", Integer.toString(tx.getRange("list/").size()));
                      return 0;
                    })
                .attempts())
        .isEqualTo(1);
  }

  @Test
  void prefetch_hintedKeys_comeWithTheFirstRead() {
    put("a", "1");
    put("b", "2");

    StmResult<String> result =
        run(
            StmOptions.defaults().withPrefetch("b", "c"),
            tx -> tx.get("a").orElse("") + tx.get("b").orElse("") + tx.get("c").orElse("none"));

    assertThat(result.value()).isEqualTo("12none");
    assertThat(sent("Range") + sent("Txn")).isEqualTo(1);
  }

  @Test
  void prefetch_keyThatTheBodyDoesNotRead_doesNotBindTheCommit() {
    put("a", "1");
    put("b", "2");

    StmResult<Integer> result =
        run(
            StmOptions.defaults().withPrefetch("b"),
            tx -> {
              tx.put("c", tx.get("a").orElseThrow());
              BlockingBodies.await(putLater("b", "3"));
              return 0;
            });

    assertThat(result.attempts()).isEqualTo(1);
  }

  @Test
  void prefetch_snapshotCompactedAway_fetchesWhatTheAttemptBeforeHadRead() {
    put("a", "1");
    put("b", "1");
    List<String> seen = new ArrayList<>();

    StmResult<String> result =
        run(
            tx -> {
              String ab = tx.get("a").orElseThrow() + tx.get("b").orElseThrow();
              if (seen.isEmpty()) {
                BlockingBodies.await(putLater("c", "2"));
                etcd.faults().compact();
              }
              seen.add(ab);
              return ab + tx.get("c").orElseThrow();
            });

    assertThat(result.value()).isEqualTo("112");
    assertThat(result.attempts()).isEqualTo(2);
    assertThat(sent("Range") + sent("Txn"))
        .as("3 reads, then a and b together, then c")
        .isEqualTo(5);
  }
}
