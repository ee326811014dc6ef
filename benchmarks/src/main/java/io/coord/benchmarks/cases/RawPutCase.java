package io.coord.benchmarks.cases;

import io.coord.benchmarks.BenchCase;
import io.coord.benchmarks.BenchOptions;
import io.coord.benchmarks.BenchRun;
import io.coord.benchmarks.Flag;
import io.coord.benchmarks.Measurement;
import io.coord.benchmarks.Scratch;
import io.coord.core.Coord;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The rate of single puts: what any primitive could reach at most. */
public final class RawPutCase implements BenchCase {

  /** Makes a client that reaches the same cluster as a connection does. */
  interface Client {
    Puts connect(Coord coord, String prefix);
  }

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
        "rawput",
        "puts of 32 bytes on 10 000 keys, --workers in flight (1,16,64,256)",
        StorePuts::plain);
  }

  /** Through Coord's store, in transactions with a condition. */
  public static RawPutCase conditional() {
    return new RawPutCase(
        "rawtxn",
        "the same puts, each in a transaction with a condition, as primitives need",
        StorePuts::conditional);
  }

  /** Through jetcd's client. */
  public static RawPutCase jetcd() {
    return new RawPutCase("rawput-jetcd", "the same through jetcd's client", JetcdPuts::new);
  }

  Puts connect(Coord coord, String prefix) {
    return client.connect(coord, prefix);
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
        Puts puts = connect(coord, scratch.key(""))) {
      for (int inFlight : options.workersOr(List.of(1, 16, 64, 256))) {
        run.report(Measurement.of(name, inFlight, PutLoad.measure(puts, inFlight, options), 0));
      }
    }
  }
}
