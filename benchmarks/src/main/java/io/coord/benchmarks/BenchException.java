package io.coord.benchmarks;

import org.jspecify.annotations.Nullable;

/** A measurement could not be made; the message is for the user. */
public final class BenchException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public BenchException(String message) {
    super(message);
  }

  public BenchException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
