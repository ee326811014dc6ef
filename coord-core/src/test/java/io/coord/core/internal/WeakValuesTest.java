package io.coord.core.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;

class WeakValuesTest {

  private final Object held = new Object();
  private final WeakValues<String, Object> values = new WeakValues<>();

  @Test
  void get_whileTheValueIsHeld_givesIt() {
    values.put("key", held);
    System.gc();

    assertThat(values.get("key")).containsSame(held);
    assertThat(values.get("another")).isEmpty();
    assertThat(values.alive()).containsExactly(held);
  }

  @Test
  void get_whenNobodyHoldsTheValue_givesNothing() {
    values.put("key", new Object());

    await()
        .until(
            () -> {
              System.gc();
              return values.get("key").isEmpty();
            });
    assertThat(values.alive()).isEmpty();
  }
}
