package io.coord.testkit.internal.provision;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * A short command and what came of it.
 *
 * @param exitCode the exit code
 * @param output what it wrote to standard output
 * @param errors what it wrote to standard error
 */
public record Command(int exitCode, String output, String errors) {

  /**
   * Runs a command to its end.
   *
   * @throws IOException when it cannot be started, or has not ended within the limit and was killed
   */
  public static Command run(List<String> words, Map<String, String> environment, Duration limit)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().putAll(environment);
    return run(builder, limit);
  }

  /**
   * Runs a command to its end.
   *
   * @throws IOException when it cannot be started, or has not ended within the limit and was killed
   */
  public static Command run(ProcessBuilder builder, Duration limit) throws IOException {
    String program = builder.command().get(0);
    Process process = builder.start();
    process.getOutputStream().close();
    CompletableFuture<String> output = drain(process.getInputStream());
    CompletableFuture<String> errors = drain(process.getErrorStream());
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("\"" + program + "\" has not ended within " + limit);
      }
      return new Command(process.exitValue(), output.join(), errors.join());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while \"" + program + "\" ran", e);
    } catch (CompletionException e) {
      throw new IOException("cannot read what \"" + program + "\" wrote", e);
    } finally {
      destroy(process);
    }
  }

  /** Ends the process and what it has started; a script gets the chance to tidy up. */
  private static void destroy(Process process) {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
  }

  private static CompletableFuture<String> drain(InputStream stream) {
    CompletableFuture<String> text = new CompletableFuture<>();
    Thread reader =
        new Thread(
            () -> {
              try (stream) {
                text.complete(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
              } catch (IOException e) {
                text.completeExceptionally(new UncheckedIOException(e));
              }
            },
            "coord-command-output");
    reader.setDaemon(true);
    reader.start();
    return text;
  }
}
