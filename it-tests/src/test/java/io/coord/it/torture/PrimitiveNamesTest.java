package io.coord.it.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.it.torture.simulated.Primitive;
import org.junit.jupiter.api.Test;

/** What the tortures call what they try. */
class PrimitiveNamesTest {

  @Test
  void named_everyWordOfTheTortureOnRealMembers_isKnownToTheSimulatedOne() {
    for (var real : io.coord.it.torture.real.client.Primitive.values()) {
      assertThat(Primitive.named(real.word())).as(real.word()).isNotEmpty();
    }
  }

  @Test
  void named_stm_isAllThatTriesTransactions() {
    assertThat(Primitive.named("stm"))
        .containsExactly(
            Primitive.BANK_SNAPSHOT, Primitive.BANK_SERIALIZABLE, Primitive.TRANSACTIONS);
    assertThat(Primitive.named("pqueue")).containsExactly(Primitive.PQUEUE);
  }

  @Test
  void named_unknown_saysWhatThereIs() {
    assertThatThrownBy(() -> Primitive.named("work-queue"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"work-queue\"")
        .hasMessageContaining("workqueue")
        .hasMessageContaining("stm");
  }
}
