package io.coord.benchmarks;

import io.coord.core.Coord;
import io.coord.testkit.EtcdBackend;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdMember;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** One run of one case: what was asked for, where to measure, and where the results go. */
public final class BenchRun implements AutoCloseable {

  /** As much as etcd advises at most: a fast machine fills the usual 2 GiB in a long comparison. */
  private static final String QUOTA = Long.toString(8L << 30);

  private final BenchOptions options;
  private final Connector connector;
  private final Consumer<Measurement> results;
  private final PrintWriter progress;
  private Optional<EtcdCluster> throwAway = Optional.empty();
  private long violations;

  BenchRun(
      BenchOptions options,
      Connector connector,
      Consumer<Measurement> results,
      PrintWriter progress) {
    this.options = options;
    this.connector = connector;
    this.results = results;
    this.progress = progress;
  }

  public BenchOptions options() {
    return options;
  }

  /** The cluster to measure; starts a throw-away one when the user named none. */
  public List<String> endpoints() {
    if (!options.endpoints().isEmpty()) {
      return options.endpoints();
    }
    if (throwAway.isEmpty()) {
      int members = options.numberOr(Flag.MEMBERS, 1);
      note("starting a throw-away etcd of members: " + members);
      throwAway =
          Optional.of(
              EtcdCluster.builder()
                  .members(members)
                  .backend(EtcdBackend.PROCESS)
                  .flag("--quota-backend-bytes", QUOTA)
                  .start());
    }
    return throwAway.get().members().stream().map(EtcdMember::directEndpoint).toList();
  }

  /** A connection of its own to the cluster; the caller closes it. */
  public Coord connect() throws InterruptedException {
    return connect(endpoints());
  }

  /** A connection of its own to these members; the caller closes it. */
  public Coord connect(List<String> members) throws InterruptedException {
    return connector.connect(members);
  }

  /** Hands over a result, which is printed at once. */
  public void report(Measurement measurement) {
    boolean virtual = options.workerThreads() == WorkerThreads.VIRTUAL;
    reportPeer(virtual ? measurement.with("virtual_threads", 1) : measurement);
  }

  /** The same for a result of somebody else's client, which has threads of its own kind. */
  public void reportPeer(Measurement measurement) {
    violations += measurement.violations();
    results.accept(measurement);
  }

  /** Tells the user what happens now. */
  public void note(String text) {
    progress.println(text);
    progress.flush();
  }

  long violations() {
    return violations;
  }

  @Override
  public void close() {
    throwAway.ifPresent(EtcdCluster::close);
  }
}
