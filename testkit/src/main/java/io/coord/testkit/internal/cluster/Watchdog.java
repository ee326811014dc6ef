package io.coord.testkit.internal.cluster;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shell that ends a cluster's processes when this JVM is gone, even if it was killed.
 *
 * <p>It reads names of processes and of a folder from a pipe. When the pipe ends, because this JVM
 * closed it or died, it kills what is still registered, removes the folder, and ends itself.
 * Signals to the whole group, such as Ctrl-C, do not end it before.
 */
public final class Watchdog implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
  private static final String SCRIPT =
      """
      trap '' HUP INT TERM
      processes=
      containers=
      networks=
      folder=
      without() {
        kept=
        for word in $1; do [ "$word" = "$2" ] || kept="$kept $word"; done
        echo "$kept"
      }
      while IFS=' ' read -r verb argument; do
        case $verb in
          process) processes="$processes $argument" ;;
          ended) processes=$(without "$processes" "$argument") ;;
          container) containers="$containers $argument" ;;
          network) networks="$networks $argument" ;;
          removed)
            containers=$(without "$containers" "$argument")
            networks=$(without "$networks" "$argument")
            ;;
          folder) folder=$argument ;;
        esac
      done
      [ -z "$processes" ] || kill -KILL $processes
      [ -z "$containers" ] || docker rm -f -v $containers
      [ -z "$networks" ] || docker network rm $networks
      [ -z "$folder" ] || rm -rf -- "$folder"
      """;
  private static final long END_SECONDS = 10;

  private final Process shell;
  private final BufferedWriter pipe;

  private Watchdog(Process shell) {
    this.shell = shell;
    this.pipe =
        new BufferedWriter(new OutputStreamWriter(shell.getOutputStream(), StandardCharsets.UTF_8));
  }

  /** Starts one where there is a shell; elsewhere shutdown hooks have to do. */
  public static Optional<Watchdog> startIfPossible() {
    try {
      return Optional.of(
          new Watchdog(
              new ProcessBuilder(List.of("/bin/sh", "-c", SCRIPT))
                  .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                  .redirectError(ProcessBuilder.Redirect.DISCARD)
                  .start()));
    } catch (IOException e) {
      LOG.debug("no watchdog, for there is no shell", e);
      return Optional.empty();
    }
  }

  public void folder(Path folder) {
    tell("folder", folder.toString());
  }

  public void process(Process process) {
    String pid = Long.toString(process.pid());
    tell("process", pid);
    CompletableFuture<?> unused = process.onExit().thenRun(() -> tell("ended", pid));
  }

  /** Watches over a container. */
  public void container(String id) {
    tell("container", id);
  }

  /** Watches over a network of containers. */
  public void network(String id) {
    tell("network", id);
  }

  /** Forgets a container or a network that is gone. */
  public void removed(String id) {
    tell("removed", id);
  }

  private synchronized void tell(String verb, String argument) {
    try {
      pipe.write(verb + " " + argument + "\n");
      pipe.flush();
    } catch (IOException e) {
      LOG.debug("the watchdog has ended already", e);
    }
  }

  /** Lets the shell do its work and waits for its end. */
  @Override
  public void close() {
    try {
      synchronized (this) {
        pipe.close();
      }
      if (!shell.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        shell.destroyForcibly();
      }
    } catch (IOException e) {
      LOG.debug("closing the watchdog's pipe failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
