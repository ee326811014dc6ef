package io.coord.it.torture.real;

import io.coord.it.torture.real.fault.FaultLog;
import io.coord.it.torture.real.fault.MemberFaults;
import java.util.Locale;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Makes faults at members and at clients at the same time, each in a thread, for some time. */
final class Lanes {

  private static final int PROGRESS_SECONDS = 5;

  private final RealTortureOptions options;
  private final Fleet fleet;
  private final FaultLog log;
  private final Consumer<String> out;
  private final Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();
  private volatile boolean over;

  Lanes(RealTortureOptions options, Fleet fleet, FaultLog log, Consumer<String> out) {
    this.options = options;
    this.fleet = fleet;
    this.log = log;
    this.out = out;
  }

  /** The chances of a lane. */
  Random random(String lane) {
    return new Random(options.seed() * 31 + lane.hashCode());
  }

  /** Makes faults, and tells of the progress; returns when the last one is mended. */
  void run(MemberFaults members) throws InterruptedException {
    ClientFaults clients = new ClientFaults(fleet, options.clients(), log, random("clients"));
    Thread atMembers = lane("members", members::next, 4_000);
    Thread atClients = lane("clients", clients::next, 6_000);
    long began = System.nanoTime();
    long deadline = began + options.time().toNanos();
    while (System.nanoTime() < deadline && failures.isEmpty()) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()) + 1;
      TimeUnit.MILLISECONDS.sleep(Math.min(left, PROGRESS_SECONDS * 1_000L));
      tell(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began));
    }
    over = true;
    atMembers.join();
    atClients.join();
    if (!failures.isEmpty()) {
      throw new IllegalStateException("the faults could not be made", failures.peek());
    }
  }

  private void tell(long seconds) {
    long rounds = fleet.rounds().values().stream().mapToLong(Long::longValue).sum();
    String last = log.all().isEmpty() ? "" : ", last " + last();
    out.accept(
        String.format(
            Locale.ROOT,
            "%4d s  %7d rounds  %3d faults%s",
            seconds,
            rounds,
            log.all().size(),
            last));
  }

  private String last() {
    var fault = log.all().get(log.all().size() - 1);
    return fault.kind() + " " + fault.target();
  }

  private Thread lane(String name, FaultLog.Fault next, int upToMillis) {
    Random random = random(name + " pauses");
    Thread thread =
        new Thread(
            () -> {
              try {
                while (!over) {
                  TimeUnit.MILLISECONDS.sleep(500 + random.nextInt(upToMillis));
                  if (!over) {
                    next.make();
                  }
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } catch (RuntimeException e) {
                failures.add(e);
              }
            },
            "torture-" + name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
