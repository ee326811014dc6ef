package io.coord.core;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An immutable sequence of bytes: a key or a value in etcd.
 *
 * <p>Ordered as etcd orders keys, byte by byte and unsigned. Safe to share between threads.
 */
public final class Bytes implements Comparable<Bytes> {

  /** The empty sequence. */
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] content;

  private Bytes(byte[] content) {
    this.content = content;
  }

  /**
   * Copies the given array.
   *
   * @param content the bytes to copy
   * @return an equal sequence that later changes to the array do not reach
   */
  public static Bytes copyOf(byte[] content) {
    return content.length == 0 ? EMPTY : new Bytes(content.clone());
  }

  /**
   * Takes the given array without copying it.
   *
   * @param content the bytes; the caller must never change them again
   * @return a sequence backed by the array
   */
  public static Bytes wrap(byte[] content) {
    return content.length == 0 ? EMPTY : new Bytes(content);
  }

  /**
   * Encodes text as UTF-8.
   *
   * @param text the text
   * @return its UTF-8 bytes
   * @throws IllegalArgumentException when the text has half a character: one surrogate without the
   *     other, for which UTF-8 has no bytes
   */
  public static Bytes utf8(String text) {
    int position = 0;
    while (position < text.length()) {
      int character = text.codePointAt(position);
      if (Character.isBmpCodePoint(character) && Character.isSurrogate((char) character)) {
        throw new IllegalArgumentException(
            String.format(
                "the text has half a character, U+%04X, at position %d; expected both halves",
                character, position));
      }
      position += Character.charCount(character);
    }
    return wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Returns the number of bytes.
   *
   * @return the number of bytes
   */
  public int length() {
    return content.length;
  }

  /**
   * Tells whether there are no bytes.
   *
   * @return true when {@link #length()} is 0
   */
  public boolean isEmpty() {
    return content.length == 0;
  }

  /**
   * Returns one byte.
   *
   * @param index its position, from 0
   * @return the byte
   * @throws IndexOutOfBoundsException when the index is not less than {@link #length()}
   */
  public byte at(int index) {
    return content[index];
  }

  /**
   * Returns this sequence followed by another.
   *
   * @param tail what follows
   * @return a new sequence
   */
  public Bytes concat(Bytes tail) {
    byte[] joined = Arrays.copyOf(content, content.length + tail.content.length);
    System.arraycopy(tail.content, 0, joined, content.length, tail.content.length);
    return wrap(joined);
  }

  /**
   * Returns the bytes from an index to the end.
   *
   * @param from the first index that is kept
   * @return a new sequence
   * @throws IndexOutOfBoundsException when {@code from} is beyond the end
   */
  public Bytes from(int from) {
    if (from < 0 || from > content.length) {
      throw new IndexOutOfBoundsException("from " + from + " of " + content.length + " bytes");
    }
    return wrap(Arrays.copyOfRange(content, from, content.length));
  }

  /**
   * Returns the bytes before an index.
   *
   * @param to the first index that is left out
   * @return a new sequence
   * @throws IndexOutOfBoundsException when {@code to} is beyond the end
   */
  public Bytes upTo(int to) {
    if (to < 0 || to > content.length) {
      throw new IndexOutOfBoundsException("up to " + to + " of " + content.length + " bytes");
    }
    return wrap(Arrays.copyOf(content, to));
  }

  /**
   * Tells whether this sequence begins with another.
   *
   * @param prefix the beginning to look for
   * @return true when it does
   */
  public boolean startsWith(Bytes prefix) {
    return content.length >= prefix.content.length
        && Arrays.equals(
            content, 0, prefix.content.length, prefix.content, 0, prefix.content.length);
  }

  /**
   * Tells whether a byte occurs at or after an index.
   *
   * @param wanted the byte
   * @param from the index to start at
   * @return true when it occurs
   */
  public boolean contains(byte wanted, int from) {
    for (int i = from; i < content.length; i++) {
      if (content[i] == wanted) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns a copy of the bytes.
   *
   * @return a new array
   */
  public byte[] toArray() {
    return content.clone();
  }

  /**
   * Decodes the bytes as UTF-8; malformed input is replaced.
   *
   * @return the text
   */
  public String utf8() {
    return new String(content, StandardCharsets.UTF_8);
  }

  @Override
  public int compareTo(Bytes other) {
    return Arrays.compareUnsigned(content, other.content);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that && Arrays.equals(content, that.content);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(content);
  }

  /**
   * Renders the bytes for a person: printable ASCII as it is, everything else as {@code \xHH}.
   *
   * @return the rendering
   */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(content.length + 8);
    for (byte b : content) {
      if (b >= 0x20 && b < 0x7f && b != '\\') {
        text.append((char) b);
      } else {
        text.append(String.format("\\x%02x", b));
      }
    }
    return text.toString();
  }
}
