package io.coord.benchmarks.cases;

import io.coord.benchmarks.BenchCase;
import io.coord.benchmarks.BenchOptions;
import io.coord.benchmarks.BenchRun;
import io.coord.benchmarks.Flag;
import io.coord.benchmarks.Measurement;
import io.coord.benchmarks.Scratch;
import io.coord.core.Coord;
import java.util.EnumSet;
import java.util.Set;

/** The rate of single puts: what any primitive could reach at most. */
public final class RawPutCase implements BenchCase {

  /** Connects a client. */
  interface Client {
    Puts connect(BenchRun run, String prefix) throws InterruptedException;
  }

  private static final Client COORD = (run, prefix) -> new StorePuts(run.connect(), prefix);
  private static final Client JETCD = (run, prefix) -> new JetcdPuts(run.endpoints(), prefix);

  private final String name;
  private final String summary;
  private final Client client;

  private RawPutCase(String name, String summary, Client client) {
    this.name = name;
    this.summary = summary;
    this.client = client;
  }

  /** Through Coord's store. */
  public static RawPutCase coord() {
    return new RawPutCase(
        "rawput", "puts of 32 bytes on 10 000 keys, --workers in flight (1,16,64,256)", COORD);
  }

  /** Through jetcd's client. */
  public static RawPutCase jetcd() {
    return new RawPutCase("rawput-jetcd", "the same through jetcd's client", JETCD);
  }

  Puts connect(BenchRun run, String prefix) throws InterruptedException {
    return client.connect(run, prefix);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String summary() {
    return summary;
  }

  @Override
  public Set<Flag> flags() {
    return EnumSet.of(Flag.ENDPOINTS, Flag.WORKERS, Flag.SECONDS, Flag.WARMUP);
  }

  @Override
  public void run(BenchRun run) throws InterruptedException {
    BenchOptions options = run.options();
    try (Coord coord = run.connect();
        Scratch scratch = Scratch.in(coord);
        Puts puts = connect(run, scratch.key(""))) {
      for (int inFlight : options.workersOr(1, 16, 64, 256)) {
        run.report(Measurement.of(name, inFlight, PutLoad.measure(puts, inFlight, options), 0));
      }
    }
  }
}
