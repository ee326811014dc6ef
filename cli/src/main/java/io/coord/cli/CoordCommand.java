package io.coord.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command without a subcommand. */
@Command(
    name = "coord",
    description = "Distributed coordination over etcd, from the command line.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      ElectionCommand.class,
      MutexCommand.class,
      LockerCommand.class,
      RwMutexCommand.class,
      QueueCommand.class,
      PriorityQueueCommand.class,
      BarrierCommand.class,
      DoubleBarrierCommand.class,
      LockCommand.class,
      ElectCommand.class,
      PushCommand.class,
      PopCommand.class,
      ShowCommand.class,
      StmCommand.class,
      BenchCommand.class,
      TortureCommand.class,
      HelpCommand.class
    })
final class CoordCommand implements Runnable {

  @Spec private CommandSpec spec;

  private boolean verbose;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Log what happens, and show the stack trace of a failure.")
  void setVerbose(boolean newVerbose) {
    verbose = newVerbose;
    if (verbose && LoggerFactory.getLogger("io.coord") instanceof Logger logger) {
      logger.setLevel(Level.DEBUG);
    }
  }

  boolean isVerbose() {
    return verbose;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "no command was given; expected one of " + spec.subcommands().keySet());
  }
}
