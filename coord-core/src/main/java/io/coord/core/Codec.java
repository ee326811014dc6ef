package io.coord.core;

/**
 * Turns values into bytes and back.
 *
 * @param <T> the type of the values
 */
public interface Codec<T> {

  /**
   * Encodes a value.
   *
   * @param value the value
   * @return its bytes
   * @throws IllegalArgumentException when the value has no encoding
   */
  Bytes encode(T value);

  /**
   * Decodes what {@link #encode} gave.
   *
   * @param bytes the bytes
   * @return the value
   * @throws IllegalArgumentException when the bytes are no encoding of a value
   */
  T decode(Bytes bytes);

  /**
   * The codec that leaves bytes as they are.
   *
   * @return the codec
   */
  static Codec<Bytes> bytes() {
    return Codecs.BYTES;
  }

  /**
   * The codec for text as UTF-8. It refuses half characters, which have no encoding; where bytes
   * that somebody else wrote are no UTF-8, it decodes them as U+FFFD.
   *
   * @return the codec
   */
  static Codec<String> utf8() {
    return Codecs.UTF_8;
  }
}
