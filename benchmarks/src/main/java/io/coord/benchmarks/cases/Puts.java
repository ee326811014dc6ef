package io.coord.benchmarks.cases;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** A client that puts 32 bytes to one of 10 000 keys. */
interface Puts extends AutoCloseable {

  int KEYS = 10_000;
  int VALUE_BYTES = 32;

  /**
   * Puts, without blocking.
   *
   * @param key which of the keys, from 0
   */
  CompletableFuture<?> put(int key);

  /** Ends what the client has of its own. */
  @Override
  void close();

  /** The keys below a prefix; all of one length. */
  static List<String> keys(String prefix) {
    return IntStream.range(0, KEYS).mapToObj(i -> String.format("%s%05d", prefix, i)).toList();
  }

  /** The value that is put. */
  static byte[] value() {
    byte[] value = new byte[VALUE_BYTES];
    Arrays.fill(value, "x".getBytes(StandardCharsets.US_ASCII)[0]);
    return value;
  }
}
