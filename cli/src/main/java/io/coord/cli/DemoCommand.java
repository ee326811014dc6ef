package io.coord.cli;

import io.coord.cli.bank.BankExercise.Afterwards;
import io.coord.cli.bank.BankPlan;
import io.coord.cli.bank.Extent;
import io.coord.cli.tour.Tour;
import io.coord.core.Coord;
import io.coord.stm.Isolation;
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

/** A tour through what there is, on an etcd that is started for it, and thrown away. */
@Command(
    name = "demo",
    description = {
      "Shows an election, a lock, queues, a double barrier, and transactions.",
      "Three processes stand in an election: the leader is killed, and the next one leads. A lock"
          + " passes from process to process. Two processes share a queue; one that works on an"
          + " item is killed, and the item comes back. Three enter a double barrier together. Money"
          + " moves between 5 accounts in 1000 transactions, 10 at a time.",
      "Runs on the endpoints that are given, else on an etcd that it starts and throws away:"
          + " one from the PATH, from the cache, or fetched from the machine's own Debian package"
          + " source into the cache. Fails if anything is not as promised."
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
            new Extent.Transfers(TRANSFERS),
            Isolation.SERIALIZABLE_SNAPSHOT,
            seed.orElseGet(BankCommand::newSeed));
    return Interruption.guard(
        () -> connection.endpoints().isPresent() ? onTheUsersCluster(plan) : onOneOfItsOwn(plan));
  }

  private int onTheUsersCluster(BankPlan plan) throws InterruptedException {
    List<String> endpoints = List.of(connection.endpoints().orElseThrow());
    try (Coord coord = connection.connect("coord-demo")) {
      return show(coord, endpoints, plan, Afterwards.DELETE);
    }
  }

  private int onOneOfItsOwn(BankPlan plan) throws InterruptedException {
    say("looking for an etcd; the first time one may have to be fetched");
    say(EtcdBinaries.find().toString());
    try (EtcdCluster etcd = EtcdCluster.builder().backend(EtcdBackend.PROCESS).start();
        Coord coord = connection.connect("coord-demo", List.of(etcd.connectionString()))) {
      say("one member, thrown away afterwards, at " + etcd.connectionString());
      // Its data goes with it: nothing needs to be deleted.
      return show(coord, etcd.endpoints(), plan, Afterwards.KEEP);
    }
  }

  private int show(Coord coord, List<String> endpoints, BankPlan plan, Afterwards afterwards)
      throws InterruptedException {
    Tour.run(
        coord, connection.arguments(endpoints), BankCommand.newPrefix("coord-demo/"), this::say);
    return BankCommand.run(spec.commandLine(), coord, plan, BankCommand.newPrefix(), afterwards);
  }

  private void say(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
