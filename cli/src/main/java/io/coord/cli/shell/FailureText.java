package io.coord.cli.shell;

import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** What is said of a failure. */
public final class FailureText {

  private FailureText() {}

  /** Gives the message of a failure, or of what is behind the failure of a future. */
  public static String of(Throwable failure) {
    Throwable cause = failure.getCause();
    if (cause != null
        && (failure instanceof CompletionException || failure instanceof ExecutionException)) {
      return of(cause);
    }
    if (failure instanceof InterruptedException) {
      return "interrupted";
    }
    return Optional.ofNullable(failure.getMessage()).orElse(failure.toString());
  }
}
