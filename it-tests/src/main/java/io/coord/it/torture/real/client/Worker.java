package io.coord.it.torture.real.client;

import io.coord.core.CoordException;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A thread that does its workload again and again, until it is told to stop. */
final class Worker {

  private static final long REST_MILLIS = 200;

  private final String name;
  private final Recorder recorder;
  private final Workload workload;
  private final Thread thread;
  private volatile boolean stopping;
  private volatile long rounds;

  Worker(String name, Recorder recorder, Workload workload) {
    this.name = name;
    this.recorder = recorder;
    this.workload = workload;
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void run() {
    long done = 0;
    try {
      while (!stopping) {
        round();
        done++;
        rounds = done;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void round() throws InterruptedException {
    try {
      workload.step();
    } catch (CoordException e) {
      // No session could be opened: there is nothing to be written down.
      TimeUnit.MILLISECONDS.sleep(REST_MILLIS);
    } catch (RuntimeException e) {
      recorder.note("threw", Map.of("error", e.toString()));
      TimeUnit.MILLISECONDS.sleep(REST_MILLIS);
    }
  }

  String name() {
    return name;
  }

  /** How often it has been around. */
  long rounds() {
    return rounds;
  }

  void stop() {
    stopping = true;
  }

  /** Waits until it has stopped. */
  boolean awaitStop(long nanos) throws InterruptedException {
    thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
    return !thread.isAlive();
  }

  /** Where it is now. */
  StackTraceElement[] stack() {
    return thread.getStackTrace();
  }
}
