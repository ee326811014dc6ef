package io.coord.cli;

import io.coord.cli.bank.BankExercise.Afterwards;
import io.coord.cli.bank.BankPlan;
import io.coord.cli.bank.Extent;
import io.coord.core.Coord;
import io.coord.stm.Isolation;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The bank transfer on a cluster of the user's. */
@Command(
    name = "stm",
    description = {
      "Moves money between accounts in transactions, on your cluster.",
      "Each transfer moves half of one account to another, and a reader adds all accounts up"
          + " meanwhile, in transactions that only read. Fails if the sum changes, as it may at"
          + " read-committed only."
    })
final class StmCommand implements Callable<Integer> {

  private static final int TRANSFERS = 100;

  @Spec private CommandSpec spec;

  @Mixin private ConnectionOptions connection;

  @Option(
      names = "--accounts",
      paramLabel = "N",
      defaultValue = "5",
      description = "Accounts of 100, at least 2; default ${DEFAULT-VALUE}.")
  private int accounts;

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "10",
      description = "How many move money at once; default ${DEFAULT-VALUE}.")
  private int workers;

  @Option(
      names = "--transfers",
      paramLabel = "N",
      description = "Transfers of each worker; default " + TRANSFERS + ".")
  private Optional<Integer> transfers = Optional.empty();

  @Option(
      names = "--seconds",
      paramLabel = "S",
      converter = TimeConverter.class,
      description = "How long the workers go on, instead of a number of transfers.")
  private Optional<Duration> seconds = Optional.empty();

  @Option(
      names = "--isolation",
      paramLabel = "LEVEL",
      defaultValue = "serializable-snapshot",
      converter = IsolationConverter.class,
      description = {
        "How far transfers are kept apart: serializable-snapshot, serializable,",
        "repeatable-reads or read-committed; default ${DEFAULT-VALUE}."
      })
  private Isolation isolation;

  @Option(
      names = "--prefix",
      paramLabel = "KEY",
      description = {
        "Where the accounts are; default a new place in coord-bank/.",
        "Accounts that exist there are used as they are, and stay."
      })
  private Optional<String> prefix = Optional.empty();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Where the choice of accounts begins; default at random.")
  private Optional<Long> seed = Optional.empty();

  @Option(names = "--keep", description = "Leave the accounts in etcd.")
  private boolean keep;

  @Override
  public Integer call() throws InterruptedException {
    BankPlan plan = plan();
    String place = prefix.orElseGet(BankCommand::newPrefix);
    Afterwards afterwards = keep ? Afterwards.KEEP : Afterwards.DELETE;
    return Interruption.guard(
        () -> {
          try (Coord coord = connection.connect("coord-stm")) {
            return BankCommand.run(spec.commandLine(), coord, plan, place, afterwards);
          }
        });
  }

  private BankPlan plan() {
    if (seconds.isPresent() && transfers.isPresent()) {
      throw new ParameterException(
          spec.commandLine(),
          "--transfers and --seconds were both given; expected one of them, or none");
    }
    try {
      return new BankPlan(
          accounts,
          BankCommand.INITIAL_BALANCE,
          workers,
          seconds
              .<Extent>map(Extent.Time::new)
              .orElseGet(() -> new Extent.Transfers(transfers.orElse(TRANSFERS))),
          isolation,
          seed.orElseGet(BankCommand::newSeed));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage());
    }
  }
}
