package io.coord.core;

/** The codecs that {@link Codec} offers. */
final class Codecs {

  /** What a decoder puts in the place of bytes that are no text. */
  private static final char REPLACEMENT = '\ufffd';

  /** So many bytes tell enough in a message. */
  private static final int SHOWN = 40;

  static final Codec<Bytes> BYTES =
      new Codec<>() {
        @Override
        public Bytes encode(Bytes value) {
          return value;
        }

        @Override
        public Bytes decode(Bytes bytes) {
          return bytes;
        }
      };

  static final Codec<String> UTF_8 =
      new Codec<>() {
        @Override
        public Bytes encode(String value) {
          return Bytes.utf8(value);
        }

        @Override
        public String decode(Bytes bytes) {
          String text = bytes.utf8();
          if (text.indexOf(REPLACEMENT) >= 0 && !Bytes.utf8(text).equals(bytes)) {
            throw new IllegalArgumentException(
                bytes.length()
                    + " bytes are no UTF-8; expected text, but they begin with "
                    + begin(bytes));
          }
          return text;
        }
      };

  private Codecs() {}

  private static Bytes begin(Bytes bytes) {
    return bytes.upTo(Math.min(bytes.length(), SHOWN));
  }
}
