package io.coord.core;

/** The codecs that {@link Codec} offers. */
final class Codecs {

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
          return bytes.utf8();
        }
      };

  private Codecs() {}
}
