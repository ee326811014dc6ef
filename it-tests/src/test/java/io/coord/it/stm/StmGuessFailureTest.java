package io.coord.it.stm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.Guard;
import io.coord.stm.Stm;
import io.coord.stm.StmResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How bodies fail that begin on what the last one has left: only if that is still so. */
class StmGuessFailureTest extends SimulatedStm {

  private final List<String> seen = new ArrayList<>();

  /** From here on the counter is remembered as 1. */
  @BeforeEach
  void countToOne() {
    run(increment("counter"));
  }

  @Test
  void body_throwsBecauseOfWhatIsNoMore_isRunAgain() {
    put("counter", "50");

    StmResult<String> result =
        run(
            tx -> {
              String counter = tx.get("counter").orElseThrow();
              seen.add(counter);
              if (counter.equals("1")) {
                throw new IllegalStateException("it was 50 before this began");
              }
              return counter;
            });

    assertThat(result.value()).isEqualTo("50");
    assertThat(seen).containsExactly("1", "50");
  }

  @Test
  void body_throwsBecauseOfWhatIsTrue_givesItsException() {
    assertThatThrownBy(
            () ->
                run(
                    tx -> {
                      throw new IllegalStateException("counter " + tx.get("counter").orElse(""));
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("counter 1");
  }

  @Test
  @Timeout(30)
  void body_interruptedInARead_isNotRunAgain() {
    assertThatThrownBy(
            () ->
                Stm.run(
                    coord,
                    tx -> {
                      seen.add(tx.get("counter").orElseThrow());
                      Thread.currentThread().interrupt();
                      return tx.get("unknown");
                    }))
        .isInstanceOf(InterruptedException.class);
    assertThat(seen).containsExactly("1");
  }

  @Test
  void body_throwsAfterItHasRequiredAGuard_writesNothing() {
    Guard guard = Guard.exists(Bytes.utf8("lock"), put("lock", ""));

    assertThatThrownBy(
            () ->
                run(
                    tx -> {
                      tx.require(guard);
                      tx.put("row", tx.get("counter").orElseThrow());
                      throw new IllegalStateException("the body's own");
                    }))
        .hasMessage("the body's own");
    assertThat(value("row")).isEmpty();
  }

  @Test
  void body_writesTooMuchBecauseOfWhatIsNoMore_isRunAgain() {
    run(
        tx -> {
          tx.put("size", "2" + tx.get("none").orElse("00"));
          return tx.get("size");
        });
    put("size", "2");

    StmResult<Integer> result =
        run(
            tx -> {
              int size = Integer.parseInt(tx.get("size").orElseThrow());
              for (int i = 0; i < size; i++) {
                tx.put("item" + i, "");
              }
              return size;
            });

    assertThat(result.value()).isEqualTo(2);
    assertThat(value("item1")).isPresent();
  }

  @Test
  void body_requiresAGuardBecauseOfWhatIsNoMore_isRunAgain() {
    Guard old = Guard.exists(Bytes.utf8("old lock"), put("old lock", ""));
    Guard current = Guard.exists(Bytes.utf8("lock"), put("lock", ""));
    put("counter", "50");
    delete("old lock");

    StmResult<String> result =
        run(
            tx -> {
              String counter = tx.get("counter").orElseThrow();
              tx.require(counter.equals("1") ? old : current);
              tx.put("row", counter);
              return counter;
            });

    assertThat(result.value()).isEqualTo("50");
    assertThat(value("row")).contains("50");
  }
}
