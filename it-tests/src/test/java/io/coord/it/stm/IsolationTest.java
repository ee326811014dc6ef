package io.coord.it.stm;

import static io.coord.stm.Isolation.READ_COMMITTED;
import static io.coord.stm.Isolation.REPEATABLE_READS;
import static io.coord.stm.Isolation.SERIALIZABLE_SNAPSHOT;
import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Bytes;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.TxnRequest;
import io.coord.it.torture.simulated.model.BlockingBodies;
import io.coord.stm.Isolation;
import io.coord.stm.StmOptions;
import io.coord.stm.StmResult;
import io.coord.stm.TransactionBody;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What each level allows that the stronger ones refuse. In each test the world changes once. */
class IsolationTest extends SimulatedStm {

  private final List<Object> seen = new ArrayList<>();

  @BeforeEach
  void twoKeys() {
    put("a", "1");
    put("b", "1");
  }

  private <R> StmResult<R> run(Isolation level, TransactionBody<R, ? extends Exception> body) {
    return run(StmOptions.defaults().withIsolation(level), body);
  }

  /** In the first attempt only: somebody else commits, all at once. */
  private void meanwhile(Op... ops) throws InterruptedException {
    if (seen.isEmpty()) {
      BlockingBodies.await(other.txn(TxnRequest.of(ops)));
    }
  }

  private static Op put(String key) {
    return Op.put(Bytes.utf8(key), Bytes.utf8("theirs"));
  }

  private static Op gone(String key) {
    return Op.delete(Bytes.utf8(key));
  }

  /** Writes what was not read, after somebody else did. */
  private StmResult<Integer> blindWrite(Isolation level) {
    return run(
        level,
        tx -> {
          String a = tx.get("a").orElseThrow();
          meanwhile(put("b"));
          seen.add(a);
          tx.put("b", "mine");
          return seen.size();
        });
  }

  @Test
  void blindWrite_serializableSnapshot_isRefused() {
    assertThat(blindWrite(SERIALIZABLE_SNAPSHOT).attempts()).isEqualTo(2);
    assertThat(value("b")).contains("mine");
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SERIALIZABLE_SNAPSHOT")
  void blindWrite_weakerLevels_overwrites(Isolation level) {
    assertThat(blindWrite(level).attempts()).isEqualTo(1);
    assertThat(value("b")).contains("mine");
  }

  /** Reads two keys, which somebody else changes together between the two reads. */
  private StmResult<Integer> readSkew(Isolation level) {
    return run(
        level,
        tx -> {
          String a = tx.get("a").orElseThrow();
          meanwhile(put("a"), put("b"));
          seen.add(a + " " + tx.get("b").orElseThrow());
          return seen.size();
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"SERIALIZABLE_SNAPSHOT", "SERIALIZABLE"})
  void readSkew_serializable_isNeverSeen(Isolation level) {
    StmResult<Integer> result = readSkew(level);

    assertThat(seen).containsExactly("1 1");
    assertThat(result.attempts()).isEqualTo(1);
    assertThat(result.revision()).isEqualTo(etcd.revision() - 1);
  }

  @Test
  void readSkew_repeatableReads_isSeenByTheBodyAndNotCommitted() {
    StmResult<Integer> result = readSkew(REPEATABLE_READS);

    assertThat(seen).containsExactly("1 theirs", "theirs theirs");
    assertThat(result.attempts()).isEqualTo(2);
    assertThat(result.revision()).isEqualTo(etcd.revision());
  }

  @Test
  void readSkew_readCommitted_isTheResult() {
    assertThat(readSkew(READ_COMMITTED).attempts()).isEqualTo(1);
    assertThat(seen).containsExactly("1 theirs");
  }

  /** Reads a range, into which somebody inserts before the commit. */
  private StmResult<Integer> insertion(Isolation level, String prefix) {
    return run(
        level,
        tx -> {
          Map<String, String> range = tx.getRange(prefix);
          meanwhile(put(prefix + "new"));
          seen.add(range.size());
          tx.put("count", Integer.toString(range.size()));
          return range.size();
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"SERIALIZABLE_SNAPSHOT", "SERIALIZABLE"})
  void insertedPhantom_serializable_isRefused(Isolation level) {
    put("list/1", "1");

    assertThat(insertion(level, "list/").attempts()).isEqualTo(2);
    assertThat(value("count")).contains("2");
  }

  @ParameterizedTest
  @EnumSource(names = {"SERIALIZABLE_SNAPSHOT", "SERIALIZABLE"})
  void insertedPhantom_emptyRange_isRefused(Isolation level) {
    assertThat(insertion(level, "list/").attempts()).isEqualTo(2);
    assertThat(value("count")).contains("1");
  }

  @ParameterizedTest
  @EnumSource(names = {"REPEATABLE_READS", "READ_COMMITTED"})
  void insertedPhantom_weakerLevels_isNotNoticed(Isolation level) {
    put("list/1", "1");

    assertThat(insertion(level, "list/").attempts()).isEqualTo(1);
    assertThat(value("count")).contains("1");
  }

  /** Reads a range, of which somebody deletes a key before the commit. */
  private StmResult<Integer> deletion(Isolation level) {
    put("list/1", "1");
    put("list/2", "1");
    return run(
        level,
        tx -> {
          Map<String, String> range = tx.getRange("list/");
          meanwhile(gone("list/1"));
          seen.add(range.size());
          tx.put("count", Integer.toString(range.size()));
          return range.size();
        });
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "READ_COMMITTED")
  void deletedPhantom_strongerLevels_isRefused(Isolation level) {
    assertThat(deletion(level).attempts()).isEqualTo(2);
    assertThat(value("count")).contains("1");
  }

  @Test
  void deletedPhantom_readCommitted_isNotNoticed() {
    assertThat(deletion(READ_COMMITTED).attempts()).isEqualTo(1);
    assertThat(value("count")).contains("2");
  }

  /** Adds to what it has read, after somebody else did. */
  private StmResult<Integer> lostUpdate(Isolation level) {
    return run(
        level,
        tx -> {
          String a = tx.get("a").orElseThrow();
          meanwhile(put("a"));
          seen.add(a);
          tx.put("a", a + " and mine");
          return seen.size();
        });
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "READ_COMMITTED")
  void lostUpdate_strongerLevels_isRefused(Isolation level) {
    assertThat(lostUpdate(level).attempts()).isEqualTo(2);
    assertThat(value("a")).contains("theirs and mine");
  }

  @Test
  void lostUpdate_readCommitted_happens() {
    assertThat(lostUpdate(READ_COMMITTED).attempts()).isEqualTo(1);
    assertThat(value("a")).contains("1 and mine");
  }

  /** Writes one key because of another, while somebody does it the other way round. */
  private StmResult<Integer> writeSkew(Isolation level) {
    return run(
        level,
        tx -> {
          boolean mayWrite = tx.get("b").orElseThrow().equals("1");
          meanwhile(put("b"));
          seen.add(mayWrite);
          if (mayWrite) {
            tx.put("a", "mine");
          }
          return seen.size();
        });
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "READ_COMMITTED")
  void writeSkew_strongerLevels_isRefused(Isolation level) {
    writeSkew(level);

    assertThat(seen).containsExactly(true, false);
    assertThat(value("a")).contains("1");
  }

  @Test
  void writeSkew_readCommitted_happens() {
    writeSkew(READ_COMMITTED);

    assertThat(value("a")).contains("mine");
    assertThat(value("b")).contains("theirs");
  }

  @ParameterizedTest
  @EnumSource
  void read_again_isTheSameAtEveryLevel(Isolation level) {
    StmResult<String> result =
        run(
            level,
            tx -> {
              String first = tx.get("a").orElseThrow();
              boolean absent = tx.get("ab").isEmpty();
              if (seen.isEmpty()) {
                meanwhile(put("a"), put("ab"));
              }
              seen.add("attempt");
              Map<String, String> range = tx.getRange("a");
              assertThat(range.get("a")).isEqualTo(first);
              assertThat(range.containsKey("ab")).isEqualTo(!absent);
              return first + tx.get("a").orElseThrow();
            });

    assertThat(result.value()).isIn("11", "theirstheirs");
  }

  @ParameterizedTest
  @EnumSource
  void writes_atEveryLevel_takeEffectTogetherAtTheCommit(Isolation level) {
    StmResult<String> result =
        run(
            level,
            tx -> {
              tx.put("a", "mine");
              tx.put("c", "mine");
              seen.add(value("a").orElseThrow());
              return tx.get("a").orElseThrow();
            });

    assertThat(seen).containsExactly("1");
    assertThat(stored("a").orElseThrow().modRevision()).isEqualTo(result.revision());
    assertThat(stored("c").orElseThrow().modRevision()).isEqualTo(result.revision());
  }
}
