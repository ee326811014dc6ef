package io.coord.benchmarks.cases;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TurnsTest {

  private final Turns turns = new Turns();

  @Test
  void begin_oneAfterTheOtherWithRisingTokens_isRight() {
    turns.begin(3);
    turns.end();
    turns.begin(7);
    turns.end();

    assertThat(turns.violations()).isZero();
  }

  @Test
  void begin_whileHeld_isAViolation() {
    turns.begin(3);
    turns.begin(7);

    assertThat(turns.violations()).isEqualTo(1);
  }

  @Test
  void begin_sameTokenAgain_isAViolation() {
    turns.begin(3);
    turns.end();
    turns.begin(3);

    assertThat(turns.violations()).isEqualTo(1);
  }
}
