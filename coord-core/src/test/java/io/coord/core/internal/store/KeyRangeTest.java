package io.coord.core.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import org.junit.jupiter.api.Test;

class KeyRangeTest {

  @Test
  void prefix_ordinary_coversWhatBeginsWithItAndNothingElse() {
    KeyRange range = KeyRange.prefix(Bytes.utf8("a/"));

    assertThat(range.contains(Bytes.utf8("a/"))).isTrue();
    assertThat(range.contains(Bytes.utf8("a/z"))).isTrue();
    assertThat(range.contains(Bytes.utf8("a0"))).isFalse();
    assertThat(range.contains(Bytes.utf8("a"))).isFalse();
  }

  @Test
  void prefix_endingInHighBytes_carriesOver() {
    KeyRange range = KeyRange.prefix(Bytes.wrap(new byte[] {'a', (byte) 0xff}));

    assertThat(range.end()).contains(Bytes.utf8("b"));
  }

  @Test
  void prefix_ofHighBytesOnly_hasNoUpperEnd() {
    KeyRange range = KeyRange.prefix(Bytes.wrap(new byte[] {(byte) 0xff}));

    assertThat(range.contains(Bytes.wrap(new byte[] {(byte) 0xff, (byte) 0xff}))).isTrue();
    assertThat(range.contains(Bytes.utf8("z"))).isFalse();
  }

  @Test
  void prefix_empty_isEveryKey() {
    assertThat(KeyRange.prefix(Bytes.EMPTY).contains(Bytes.utf8("x"))).isTrue();
  }

  @Test
  void between_emptyEnd_isRefused() {
    assertThatThrownBy(() -> KeyRange.between(Bytes.utf8("a"), Bytes.EMPTY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("from a is empty")
        .hasMessageContaining("UNBOUNDED");
  }
}
