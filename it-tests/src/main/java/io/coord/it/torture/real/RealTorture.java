package io.coord.it.torture.real;

import io.coord.core.Coord;
import io.coord.it.torture.real.check.Checker;
import io.coord.it.torture.real.check.Verdict;
import io.coord.it.torture.real.client.Primitive;
import io.coord.it.torture.real.client.StmWork;
import io.coord.it.torture.real.fault.FaultLog;
import io.coord.it.torture.real.fault.FaultRecord;
import io.coord.it.torture.real.fault.MemberFaults;
import io.coord.it.torture.real.history.HistoryReader;
import io.coord.it.torture.real.report.Rates;
import io.coord.it.torture.real.report.RunRecord;
import io.coord.it.torture.real.report.Summary;
import io.coord.it.torture.real.report.TimeLine;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdClusterBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Lets clients in processes of their own use all primitives on real members while both are broken
 * and mended, and then checks the histories that the clients wrote.
 */
public final class RealTorture {

  private final RealTortureOptions options;
  private final Consumer<String> out;

  private RealTorture(RealTortureOptions options, Consumer<String> out) {
    this.options = options;
    this.out = out;
  }

  /**
   * Runs, and checks.
   *
   * @param out is told of the progress and of what was found, in lines
   * @return how many violations there were
   * @throws IllegalArgumentException when the folder for the results is in use
   */
  public static int run(RealTortureOptions options, Consumer<String> out)
      throws InterruptedException {
    new RealTorture(options, out).run();
    return check(options.out(), out);
  }

  /**
   * Checks the histories of an earlier run.
   *
   * @param folder where the run wrote
   * @return how many violations there are
   * @throws IllegalArgumentException when it is none
   */
  public static int check(Path folder, Consumer<String> out) {
    RunRecord run = RunRecord.read(folder);
    List<FaultRecord> faults = FaultLog.read(folder);
    Rates rates = new Rates(run.began(), run.ended());
    HistoryReader reader = new HistoryReader(RealTortureOptions.histories(folder));
    Map<String, Verdict> verdicts =
        new Checker(reader, run.clients(), killed(faults), rates::add).check();
    List<String> summary = Summary.of(run, rates, faults, verdicts);
    summary.forEach(out);
    write(folder.resolve("summary.txt"), String.join("\n", summary) + "\n");
    Path svg = folder.resolve("timeline.svg");
    write(svg, TimeLine.draw(run, rates.perSecond(), faults));
    out.accept("histories, summary and " + svg.getFileName() + " are in " + folder);
    return verdicts.values().stream().mapToInt(verdict -> verdict.violations().size()).sum();
  }

  private static List<String> killed(List<FaultRecord> faults) {
    return faults.stream()
        .filter(fault -> fault.kind().equals(FaultRecord.CLIENT_KILLED))
        .map(FaultRecord::target)
        .toList();
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written: " + e.getMessage(), e);
    }
  }

  private void run() throws InterruptedException {
    prepare();
    EtcdClusterBuilder builder = EtcdCluster.builder().members(options.nodes());
    options.backend().ifPresent(builder::backend);
    out.accept("seed " + options.seed() + ", results go to " + options.out());
    try (EtcdCluster cluster = builder.start();
        Fleet fleet = new Fleet(options, cluster.connectionString())) {
      out.accept(cluster + " at " + cluster.connectionString());
      if (options.primitives().contains(Primitive.STM)) {
        try (Coord coord = Coord.connect(cluster.connectionString())) {
          StmWork.fill(coord);
        }
      }
      fleet.start();
      torment(cluster, fleet);
    }
  }

  private void prepare() {
    if (options.backend().isEmpty() && System.getenv("COORD_ENDPOINTS") != null) {
      throw new IllegalArgumentException(
          "COORD_ENDPOINTS names a cluster of yours, at which no faults can be made;"
              + " expected --backend docker or process");
    }
    try {
      Files.createDirectories(options.out());
      if (Files.exists(options.histories())) {
        throw new IllegalArgumentException(
            options.out() + " holds the histories of another run; expected a new folder");
      }
      Files.createDirectories(options.histories());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write into " + options.out(), e);
    }
  }

  private void torment(EtcdCluster cluster, Fleet fleet) throws InterruptedException {
    FaultLog log = new FaultLog(options.out(), line -> {});
    long began = System.nanoTime();
    Lanes lanes = new Lanes(options, fleet, log, out);
    lanes.run(new MemberFaults(cluster, log, lanes.random("members")));
    long ended = System.nanoTime();
    new RunRecord(options.nodes(), options.clients(), options.seed(), began, ended)
        .write(options.out());
    out.accept("faults are over; all must go on now");
    List<Map<String, String>> hung = new Calm(fleet).await();
    out.accept("clients stop");
    List<String> notEnded = fleet.stop();
    fleet.close();
    out.accept("what is left is taken out, and looked at");
    new Ending(options, cluster).run(notEnded, hung, killed(log.all()).size());
  }
}
