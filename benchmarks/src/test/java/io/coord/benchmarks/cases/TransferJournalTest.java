package io.coord.benchmarks.cases;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.benchmarks.cases.TransferJournal.Transfer;
import io.coord.stm.StmResult;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class TransferJournalTest {

  private static final int A = 0;
  private static final int B = 1;

  private final TransferJournal journal = new TransferJournal();

  private void enter(long revision, int position, int from, long source, int to, long target) {
    journal.enter(
        new StmResult<>(
            new Transfer(from, source, to, target), revision, 1, OptionalInt.of(position)));
  }

  private long differences(long a, long b) {
    return journal.differences(100, List.of(a, b));
  }

  @Test
  void differences_eachReadWhatTheOneBeforeLeft_areNone() {
    enter(7, 1, B, 150, A, 50);
    enter(7, 0, A, 100, B, 100);
    enter(9, 0, A, 125, B, 75);

    assertThat(differences(63, 137)).isZero();
  }

  @Test
  void differences_twoReadTheSame_areCounted() {
    enter(7, 0, A, 100, B, 100);
    enter(8, 0, A, 100, B, 100);

    assertThat(differences(50, 150)).as("the second one, and both accounts").isEqualTo(3);
  }

  @Test
  void differences_endOtherwiseThanStored_areCounted() {
    enter(7, 0, A, 100, B, 100);

    assertThat(differences(50, 151)).isEqualTo(1);
  }
}
