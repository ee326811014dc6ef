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
    makeWhatNobodyHolds();

    await()
        .until(
            () -> {
              System.gc();
              return values.alive().isEmpty();
            });
    assertThat(values.computeIfAbsent("key", key -> "made anew")).isEqualTo("made anew");
  }

  private void makeWhatNobodyHolds() {
    Object unused = values.computeIfAbsent("key", key -> new Object());
  }
}
