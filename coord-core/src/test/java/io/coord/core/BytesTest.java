package io.coord.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BytesTest {

  @Test
  void copyOf_arrayChangedLater_keepsItsContent() {
    byte[] array = {1, 2};
    Bytes bytes = Bytes.copyOf(array);
    array[0] = 9;

    assertThat(bytes.at(0)).isEqualTo((byte) 1);
  }

  @Test
  void compareTo_highBytes_areGreaterAsInEtcd() {
    assertThat(Bytes.wrap(new byte[] {(byte) 0x80})).isGreaterThan(Bytes.wrap(new byte[] {0x7f}));
    assertThat(Bytes.utf8("a")).isLessThan(Bytes.utf8("ab"));
  }

  @Test
  void parts_ofASequence_joinToTheWhole() {
    Bytes whole = Bytes.utf8("n/lease");

    assertThat(whole.upTo(2).concat(whole.from(2))).isEqualTo(whole);
    assertThat(whole.startsWith(whole.upTo(2))).isTrue();
    assertThat(whole.upTo(2).startsWith(whole)).isFalse();
  }

  @Test
  void contains_byteBeforeTheStart_doesNotCount() {
    Bytes key = Bytes.utf8("n/lease");

    assertThat(key.contains((byte) '/', 0)).isTrue();
    assertThat(key.contains((byte) '/', 2)).isFalse();
  }

  @Test
  void toString_unprintableBytes_areEscaped() {
    assertThat(Bytes.wrap(new byte[] {'a', 0, '\\', (byte) 0xff})).hasToString("a\\x00\\x5c\\xff");
  }
}
