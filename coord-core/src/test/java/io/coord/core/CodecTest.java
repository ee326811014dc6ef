package io.coord.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodecTest {

  private static final Codec<String> TEXT = Codec.utf8();

  @ParameterizedTest
  @ValueSource(strings = {"", "?", "Größe", "锁", "🔒", "a\0b", "\ufffd", "\u0300", "\uffff"})
  void utf8_anyText_comesBackAsItWas(String text) {
    assertThat(TEXT.decode(TEXT.encode(text))).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ab\ud83d", "ab\ud83dc", "ab\udd12", "ab\udd12\ud83d"})
  void utf8_halfACharacter_isRefusedWithItsPosition(String text) {
    assertThatThrownBy(() -> TEXT.encode(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("position 2");
  }

  @Test
  void utf8_bytesThatAreNoText_areDecodedAsReplacements() {
    assertThat(TEXT.decode(Bytes.wrap(new byte[] {'a', (byte) 0xe4}))).isEqualTo("a\ufffd");
  }

  @Test
  void bytes_anything_isLeftAsItIs() {
    Bytes any = Bytes.wrap(new byte[] {0, (byte) 0xff});

    assertThat(Codec.bytes().decode(Codec.bytes().encode(any))).isEqualTo(any);
  }
}
