package io.coord.cli;

import io.coord.cli.bank.BankExercise.Afterwards;
import io.coord.cli.bank.BankPlan;
import io.coord.core.Coord;
import io.coord.testkit.EtcdBackend;
import io.coord.testkit.EtcdBinaries;
import io.coord.testkit.EtcdCluster;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The bank transfer on an etcd that is started for it, and thrown away. */
@Command(
    name = "demo",
    description = {
      "Moves money between 5 accounts in 1000 transactions, 10 at a time.",
      "Runs on the endpoints that are given, else on an etcd that it starts and throws away:"
          + " one from the PATH, from the cache, or fetched from the machine's own Debian package"
          + " source into the cache. Fails if the sum changes."
    })
final class DemoCommand implements Callable<Integer> {

  private static final int ACCOUNTS = 5;
  private static final int WORKERS = 10;
  private static final int TRANSFERS = 100;

  @Spec private CommandSpec spec;

  @Mixin private ConnectionOptions connection;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Where the choice of accounts begins; default at random.")
  private Optional<Long> seed = Optional.empty();

  @Override
  public Integer call() throws InterruptedException {
    BankPlan plan =
        new BankPlan(
            ACCOUNTS,
            BankCommand.INITIAL_BALANCE,
            WORKERS,
            TRANSFERS,
            seed.orElseGet(BankCommand::newSeed));
    return Interruption.guard(
        () -> connection.endpoints().isPresent() ? onTheUsersCluster(plan) : onOneOfItsOwn(plan));
  }

  private int onTheUsersCluster(BankPlan plan) throws InterruptedException {
    try (Coord coord = connection.connect("coord-demo")) {
      return BankCommand.run(
          spec.commandLine(), coord, plan, BankCommand.newPrefix(), Afterwards.DELETE);
    }
  }

  private int onOneOfItsOwn(BankPlan plan) throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    out.println("looking for an etcd; the first time one may have to be fetched");
    out.flush();
    out.println(EtcdBinaries.find());
    out.flush();
    try (EtcdCluster etcd = EtcdCluster.builder().backend(EtcdBackend.PROCESS).start();
        Coord coord = connection.connect("coord-demo", List.of(etcd.connectionString()))) {
      out.println("one member, thrown away afterwards, at " + etcd.connectionString());
      // Its data goes with it: nothing needs to be deleted.
      return BankCommand.run(
          spec.commandLine(), coord, plan, BankCommand.newPrefix(), Afterwards.KEEP);
    }
  }
}
