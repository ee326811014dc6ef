package io.coord.benchmarks.cases;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadWriteTurnsTest {

  private final ReadWriteTurns turns = new ReadWriteTurns();

  @Test
  void begin_readersTogetherThenAWriter_isAllowed() {
    turns.beginRead(2);
    turns.beginRead(1);
    turns.endRead();
    turns.endRead();
    turns.beginWrite(3);
    turns.endWrite();
    turns.beginRead(4);

    assertThat(turns.violations()).isZero();
  }

  @Test
  void beginWrite_whileSomebodyReads_isAViolation() {
    turns.beginRead(1);
    turns.beginWrite(2);

    assertThat(turns.violations()).isEqualTo(1);
  }

  @Test
  void beginRead_whileSomebodyWrites_isAViolation() {
    turns.beginWrite(1);
    turns.beginRead(2);

    assertThat(turns.violations()).isEqualTo(1);
  }

  @Test
  void beginRead_tokenOlderThanAWriters_isAViolation() {
    turns.beginWrite(5);
    turns.endWrite();
    turns.beginRead(4);

    assertThat(turns.violations()).isEqualTo(1);
  }
}
