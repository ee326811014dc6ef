package io.coord.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {

  @Test
  void of_oddNumber_givesMiddleAndEnds() {
    Spread<Double> spread = Spread.of(List.of(5.0, 1.0, 3.0), Double::doubleValue);

    assertThat(spread.medianValue()).isEqualTo(3);
    assertThat(spread.least()).isEqualTo(1);
    assertThat(spread.greatest()).isEqualTo(5);
  }

  @Test
  void of_evenNumber_givesTheLowerMiddle() {
    assertThat(Spread.of(List.of(4.0, 2.0), Double::doubleValue).medianValue()).isEqualTo(2);
  }
}
