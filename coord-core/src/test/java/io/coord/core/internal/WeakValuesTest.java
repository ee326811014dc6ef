package io.coord.core.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;

class WeakValuesTest {

  private final WeakValues<String, Object> values = new WeakValues<>();

  @Test
  void computeIfAbsent_whileTheValueIsHeld_givesIt() {
    Object held = values.computeIfAbsent("key", key -> new Object());
    System.gc();

    assertThat(values.computeIfAbsent("key", key -> new Object())).isSameAs(held);
    assertThat(values.computeIfAbsent("another", key -> new Object())).isNotSameAs(held);
    assertThat(values.alive()).contains(held);
  }

  @Test
  void computeIfAbsent_whenNobodyHoldsTheValue_makesAnother() {
    Object unused = values.computeIfAbsent("key", key -> new Object());
    unused = "another";

    await()
        .until(
            () -> {
              System.gc();
              return values.alive().isEmpty();
            });
    assertThat(values.computeIfAbsent("key", key -> "made anew")).isEqualTo("made anew");
    assertThat(unused).isEqualTo("another");
  }
}
