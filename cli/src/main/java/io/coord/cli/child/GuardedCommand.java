package io.coord.cli.child;

import io.coord.cli.child.CommandNotStartedException.Cause;
import io.coord.core.HoldLoss;
import io.coord.core.Release;
import io.coord.locks.LockHold;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/**
 * A command that runs for as long as a lock is held. Its processes end before the lock is released,
 * whatever ends it: an interrupt here, or the loss of the lock.
 */
public final class GuardedCommand {

  private static final String KEY = "COORD_LOCK_KEY";
  private static final String TOKEN = "COORD_LOCK_TOKEN";

  private final List<String> words;
  private final Duration grace;

  /**
   * Prepares a command.
   *
   * @param words the program and its arguments
   * @param grace how long its processes have to end after they are asked to
   */
  public GuardedCommand(List<String> words, Duration grace) {
    this.words = List.copyOf(words);
    this.grace = grace;
  }

  /**
   * Runs the command with this process' input and output, and releases the lock after it.
   *
   * @return its exit code; 128 and the signal's number if one ended it
   * @throws LockLostException when the lock was lost before the command had ended; it has now
   * @throws InterruptedException when the thread is interrupted; the command has ended
   */
  public int run(LockHold hold)
      throws CommandNotStartedException, LockLostException, InterruptedException {
    try {
      int exitCode = runHeld(hold);
      if (hold.release() == Release.HAD_BEEN_LOST) {
        throw new LockLostException("the lock was lost before the command ended with " + exitCode);
      }
      return exitCode;
    } finally {
      hold.close();
    }
  }

  private int runHeld(LockHold hold)
      throws CommandNotStartedException, LockLostException, InterruptedException {
    Process process = start(hold);
    String own = hold.key().substring(hold.key().lastIndexOf('/') + 1);
    ProcessTree tree = new ProcessTree(process.toHandle(), KEY, own);
    CompletableFuture<Optional<HoldLoss>> exit =
        process.onExit().thenApply(ended -> Optional.empty());
    CompletionStage<Optional<HoldLoss>> lost = hold.lost().thenApply(Optional::of);
    try {
      Optional<HoldLoss> loss = exit.applyToEither(lost, first -> first).get();
      if (loss.isPresent()) {
        throw lost(loss.get(), tree);
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      if (!tree.stop(grace)) {
        e.addSuppressed(new IllegalStateException("processes of the command could not be stopped"));
      }
      throw e;
    } catch (ExecutionException e) {
      throw new IllegalStateException("neither of the two fails", e);
    }
  }

  private LockLostException lost(HoldLoss loss, ProcessTree tree) {
    String what = "the lock was lost while the command ran: " + loss.detail();
    return new LockLostException(
        tree.stop(grace)
            ? what + "; the command was stopped"
            : what + "; processes of the command could not be stopped");
  }

  private Process start(LockHold hold) throws CommandNotStartedException {
    ProcessBuilder builder = new ProcessBuilder(words).inheritIO();
    builder.environment().put(KEY, hold.key());
    builder.environment().put(TOKEN, Long.toString(hold.fencingToken().value()));
    try {
      return builder.start();
    } catch (IOException e) {
      Cause cause = exists(words.get(0)) ? Cause.NOT_EXECUTABLE : Cause.NOT_FOUND;
      throw new CommandNotStartedException(
          cause, "the command cannot be started: " + e.getMessage(), e);
    }
  }

  private static boolean exists(String program) {
    if (program.contains("/")) {
      return Files.exists(Path.of(program));
    }
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.of(path.split(File.pathSeparator, -1))
        .anyMatch(folder -> Files.exists(Path.of(folder, program)));
  }
}
