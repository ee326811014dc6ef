package io.coord.benchmarks.cases;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coord.benchmarks.BlockingLoad;
import io.coord.benchmarks.Pause;
import io.coord.benchmarks.Probe;
import io.coord.benchmarks.Window;
import io.coord.core.Coord;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * One process of tellers. It reads its plan, says when it is warm, measures when it is told to, and
 * reports; then it waits for the end of its input. Whenever that comes it ends at once, for then
 * its parent has what it wanted, or is gone.
 */
public final class TellerMain {

  /** What it says when it is warm. */
  static final String WARM = "warm";

  /** What it is told when all are warm. */
  static final String GO = "go";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** gRPC logs past SLF4J. Kept here, as the logging of the JDK forgets what nobody holds. */
  private static final Logger GRPC_LOG = Logger.getLogger("io.grpc");

  private final PrintStream out;
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

  private TellerMain(PrintStream out) {
    this.out = out;
  }

  /** The command that begins here, with this program's Java and class path. */
  static List<String> command() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        TellerMain.class.getName());
  }

  /** Begins. */
  public static void main(String[] arguments) throws InterruptedException, JsonProcessingException {
    PrintStream out = System.out;
    // What is logged is not for the parent.
    System.setOut(System.err);
    GRPC_LOG.setLevel(Level.WARNING);
    new TellerMain(out).run();
    new LinkedBlockingQueue<>().take();
  }

  private void run() throws InterruptedException, JsonProcessingException {
    Thread input = new Thread(this::listen, "input");
    input.setDaemon(true);
    input.start();
    TellerPlan plan = JSON.readValue(heard.take(), TellerPlan.class);
    Bank bank = new Bank(plan.prefix(), plan.accounts());
    Window window;
    try (Coord coord = plan.connection().connect("bench-tellers")) {
      window = measure(plan, bank, coord);
    }
    say(JSON.writeValueAsString(TellerReport.of(window, bank.journal().entries())));
  }

  private Window measure(TellerPlan plan, Bank bank, Coord coord) throws InterruptedException {
    Probe probe = new Probe();
    BlockingLoad load =
        new BlockingLoad(plan.threads(), StmCase.tellers(bank, coord, plan.workers(), probe));
    load.begin(probe);
    try {
      Pause.unlessBroken(load.broken(), plan.warmUp());
      say(WARM);
      String unused = heard.take();
      probe.open();
      Pause.unlessBroken(load.broken(), plan.measured());
      return probe.close();
    } finally {
      load.end();
    }
  }

  private void say(String line) {
    out.println(line);
    out.flush();
  }

  private void listen() {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        heard.add(line);
      }
    } catch (IOException e) {
      // As good as the end.
    }
    Runtime.getRuntime().halt(0);
  }
}
