package io.coord.cli;

import io.coord.cli.child.CommandNotStartedException;
import io.coord.cli.child.GuardedCommand;
import io.coord.cli.child.LockLostException;
import io.coord.cli.shell.FailureText;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.locks.LockHold;
import io.coord.locks.Mutex;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs a command while holding a lock. */
@Command(
    name = "lock",
    description = {
      "Runs a command while holding a lock.",
      "Waits for the lock, runs the command with COORD_LOCK_KEY and COORD_LOCK_TOKEN (the fencing"
          + " token, which rises with every grant) in its environment, and releases the lock when"
          + " the command has ended. If the lock is lost meanwhile, the command and all processes"
          + " that came of it are ended, first by SIGTERM, then by SIGKILL. Ctrl-C and SIGTERM end"
          + " them likewise, and then release the lock."
    },
    exitCodeOnExecutionException = ExitCodes.FAILED,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "...:that of the command; 128 and its number if a signal ended it",
      "2:the arguments are wrong",
      "123:the lock was lost before the command had ended; it was stopped",
      "124:the lock was not to be had within --timeout",
      "125:the lock was not to be had: etcd cannot be reached, or refuses",
      "126:the command cannot be executed",
      "127:the command was not found",
      "130, 143:Ctrl-C, SIGTERM"
    })
final class LockCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private ConnectionOptions connection;

  @Mixin private SessionOptions session;

  @Mixin private TimeoutOption timeout;

  @Option(
      names = "--grace",
      paramLabel = "TIME",
      converter = TimeConverter.class,
      defaultValue = "5s",
      description =
          "How long the command has to end after SIGTERM, before SIGKILL; default"
              + " ${DEFAULT-VALUE}.")
  private Duration grace;

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      converter = NameConverter.class,
      description = "The lock; also that of 'etcdctl lock NAME'.")
  private String name;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "COMMAND",
      description = "The command and its arguments, after --.")
  private List<String> command;

  @Override
  public Integer call() throws InterruptedException {
    Duration ttl = session.ttl();
    return Interruption.guard(
        grace,
        () -> {
          try (Coord coord = connection.connect(ClientName.of("coord-lock"));
              Session opened = coord.openSession(ttl)) {
            Mutex mutex = Mutex.of(opened, name);
            Optional<LockHold> hold =
                timeout.given().isPresent()
                    ? mutex.tryLock(timeout.given().get())
                    : Optional.of(mutex.lock());
            return hold.isPresent() ? run(hold.get()) : timedOut();
          }
        });
  }

  private int run(LockHold hold) throws InterruptedException {
    try {
      return new GuardedCommand(command, grace).run(hold);
    } catch (LockLostException e) {
      return ExitCodes.failed(spec, ExitCodes.LOST, FailureText.of(e));
    } catch (CommandNotStartedException e) {
      return ExitCodes.failed(
          spec,
          switch (e.kind()) {
            case NOT_FOUND -> ExitCodes.NOT_FOUND;
            case NOT_EXECUTABLE -> ExitCodes.NOT_EXECUTABLE;
          },
          FailureText.of(e));
    }
  }

  private int timedOut() {
    return ExitCodes.failed(
        spec,
        ExitCodes.TIMED_OUT,
        "the lock " + name + " was not to be had in time; the command was not started");
  }
}
