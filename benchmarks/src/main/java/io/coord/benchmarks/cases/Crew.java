package io.coord.benchmarks.cases;

import io.coord.benchmarks.BenchRun;
import io.coord.benchmarks.Scratch;
import io.coord.benchmarks.WorkerThreads;
import io.coord.core.Coord;
import io.coord.core.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The workers of one measurement: a session each, and a part of the key space for all. Closing it
 * ends the sessions and the connections.
 */
final class Crew implements AutoCloseable {

  /** What the workers have in common. */
  enum Connections {
    /** One connection for all, as the threads of one process have. */
    SHARED,
    /** A connection each and nothing shared, as processes have. */
    OWN
  }

  private static final Duration TTL = Duration.ofSeconds(60);

  private final WorkerThreads threads;
  private final List<Coord> connections = new ArrayList<>();
  private final List<Session> sessions = new ArrayList<>();
  private final Scratch scratch;

  private Crew(WorkerThreads threads, Coord first) {
    this.threads = threads;
    connections.add(first);
    scratch = Scratch.in(first);
  }

  /** Connects, and opens a session for each worker. */
  static Crew assemble(BenchRun run, int workers, Connections kind) throws InterruptedException {
    Crew crew = new Crew(run.options().workerThreads(), run.connect());
    try {
      for (int i = 0; i < workers; i++) {
        if (i > 0 && kind == Connections.OWN) {
          crew.connections.add(run.connect());
        }
        Coord connection = crew.connections.get(crew.connections.size() - 1);
        crew.sessions.add(connection.openSession(TTL));
      }
      return crew;
    } catch (InterruptedException | RuntimeException e) {
      crew.close();
      throw e;
    }
  }

  /** What the workers run on. */
  WorkerThreads threads() {
    return threads;
  }

  /** The first connection. */
  Coord connection() {
    return connections.get(0);
  }

  /** The connection of each worker, which is one and the same when they share it. */
  List<Coord> workers() {
    return sessions.stream().map(Session::coord).toList();
  }

  /** The session of each worker. */
  List<Session> sessions() {
    return List.copyOf(sessions);
  }

  /** A name in this measurement's part of the key space. */
  String name(String of) {
    return scratch.key(of);
  }

  @Override
  public void close() {
    scratch.close();
    connections.forEach(Coord::close);
  }
}
