package io.coord.it.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.it.torture.simulated.Plan;
import io.coord.it.torture.simulated.Primitive;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same seed gives the same history, line by line, whatever is tried. */
class SameSeedTest {

  @ParameterizedTest
  @EnumSource(Primitive.class)
  void run_sameSeed_givesTheSameHistory(Primitive primitive) {
    Plan plan = Plan.of(primitive, 3);
    String first = plan.run().history();

    assertThat(first.lines().count()).isGreaterThan(100);
    assertThat(plan.run().history()).isEqualTo(first);
  }
}
