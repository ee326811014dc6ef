package io.coord.it.locks;

import io.coord.core.Coord;
import io.coord.locks.LockHold;
import io.coord.locks.Mutex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Threads, here and in other processes, that want one lock again and again. A witness that knows
 * nothing of etcd watches over them: each holder makes a file that must not be there, writes down
 * its token, and removes the file.
 *
 * @param endpoints where etcd is
 * @param folder of the witness; the same for all
 */
record Contest(String endpoints, Path folder) {

  private static final Duration TTL = Duration.ofSeconds(20);

  /** A process of its own: threads with a session each, that hold so many times each. */
  public static void main(String[] words) throws Exception {
    new Contest(words[0], Path.of(words[1]))
        .take(Integer.parseInt(words[2]), Integer.parseInt(words[3]));
    System.out.println("done");
  }

  /** Takes part with a connection of its own, and returns when all threads are done. */
  void take(int threads, int rounds) throws Exception {
    ExecutorService workers = Executors.newFixedThreadPool(threads);
    try (Coord coord = Coord.connect(endpoints)) {
      Mutex shared = Mutex.of(coord.openSession(TTL), "contest");
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        running.add(
            workers.submit(
                () -> {
                  work(shared, rounds);
                  return null;
                }));
      }
      for (Future<?> worker : running) {
        worker.get();
      }
    } finally {
      workers.shutdownNow();
    }
  }

  private void work(Mutex mutex, int rounds) throws IOException, InterruptedException {
    for (int i = 0; i < rounds; i++) {
      try (LockHold hold = mutex.lock()) {
        Files.createFile(folder.resolve("held"));
        Files.writeString(
            folder.resolve("tokens"),
            hold.fencingToken().value() + "\n",
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
        Files.delete(folder.resolve("held"));
      }
    }
  }

  /** The tokens of all holds so far, in the order of the holds. */
  List<Long> tokens() throws IOException {
    return Files.readAllLines(folder.resolve("tokens")).stream().map(Long::valueOf).toList();
  }
}
