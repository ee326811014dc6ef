package io.coord.core.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {

  @ParameterizedTest
  @ValueSource(strings = {"a", "/a", "a/", "//", " ", "Größe", "锁", "🔒", "a\nb"})
  void check_anyTextThatIsNotEmpty_isKeptAsItIs(String name) {
    assertThat(Names.check("mutex", name)).isEqualTo(name);
    assertThat(Names.prefix("mutex", name).utf8()).isEqualTo(name + "/");
  }

  @Test
  void check_empty_saysWhatIsNamedAndWhatIsExpected() {
    assertThatThrownBy(() -> Names.check("mutex", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("mutex")
        .hasMessageContaining("expected at least one character");
  }

  @Test
  @SuppressWarnings("NullAway") // what a caller without such a check may do
  void check_null_saysWhatIsNamed() {
    assertThatThrownBy(() -> Names.check("mutex", null))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("the name of the mutex is null");
  }

  @Test
  void check_nulCharacter_saysWhere() {
    assertThatThrownBy(() -> Names.check("queue", "ab\0c"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("queue")
        .hasMessageContaining("position 2");
  }

  @Test
  void check_halfASurrogatePair_isRefused() {
    assertThatThrownBy(() -> Names.check("queue", "a\ud83d"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no valid Unicode");
  }
}
