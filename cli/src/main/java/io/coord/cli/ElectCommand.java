package io.coord.cli;

import io.coord.cli.shell.FailureText;
import io.coord.cli.show.ValueText;
import io.coord.core.Bytes;
import io.coord.core.Codec;
import io.coord.core.Coord;
import io.coord.core.HoldLoss;
import io.coord.core.Session;
import io.coord.election.Election;
import io.coord.election.ElectionEvent;
import io.coord.election.ElectionView;
import io.coord.election.Leader;
import io.coord.election.Leadership;
import io.coord.election.Observation;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Leads, or observes who leads, until it is ended. */
@Command(
    name = "elect",
    description = {
      "Stands in an election, and leads until it is ended.",
      "Prints its key and its value when it is elected. Ctrl-C and SIGTERM resign. With --listen it"
          + " does not stand, but prints key and value of each leader, now and at every change, or"
          + " 'no leader'."
    },
    exitCodeOnExecutionException = ExitCodes.FAILED,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "2:the arguments are wrong",
      "123:the leadership was lost",
      "124:it was not elected within --timeout",
      "125:it cannot stand or listen: etcd cannot be reached, or refuses; or nobody reads what it"
          + " hears",
      "130, 143:Ctrl-C, SIGTERM"
    })
final class ElectCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private ConnectionOptions connection;

  @Mixin private SessionOptions session;

  @Mixin private TimeoutOption timeout;

  @Option(names = "--listen", description = "Observe who leads.")
  private boolean listen;

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      converter = NameConverter.class,
      description = "The election; also that of 'etcdctl elect NAME'.")
  private String name;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "VALUE",
      description = "What to proclaim, for example where this one can be reached.")
  private Optional<String> value = Optional.empty();

  @Override
  public Integer call() throws InterruptedException {
    if (listen == value.isPresent()) {
      throw new ParameterException(
          spec.commandLine(),
          listen ? "--listen and VALUE exclude each other" : "expected a VALUE, or --listen");
    }
    Duration ttl = session.ttl();
    return Interruption.guard(
        () -> {
          try (Coord coord = connection.connect(ClientName.of("coord-elect"))) {
            return listen ? listen(coord) : campaign(coord, ttl, value.orElseThrow());
          }
        });
  }

  private int campaign(Coord coord, Duration ttl, String proposal) throws InterruptedException {
    try (Session opened = coord.openSession(ttl)) {
      Election<String> election = Election.of(opened, name);
      Optional<Leadership<String>> won =
          timeout.given().isPresent()
              ? election.campaign(proposal, timeout.given().get())
              : Optional.of(election.campaign(proposal));
      if (won.isEmpty()) {
        return ExitCodes.failed(spec, ExitCodes.TIMED_OUT, "not elected in " + name + " in time");
      }
      try (Leadership<String> leadership = won.get()) {
        say(leadership.key(), leadership.value());
        HoldLoss loss = leadership.lost().toCompletableFuture().get();
        return ExitCodes.failed(spec, ExitCodes.LOST, "the leadership was lost: " + loss.detail());
      } catch (ExecutionException e) {
        throw new IllegalStateException("nobody else resigns", e);
      }
    }
  }

  private int listen(Coord coord) throws InterruptedException {
    CompletableFuture<Void> unread = new CompletableFuture<>();
    try (Observation observation =
        ElectionView.of(coord, name, Codec.bytes()).observe(event -> changed(event, unread))) {
      Object unused =
          CompletableFuture.anyOf(observation.ended().toCompletableFuture(), unread).get();
      return ExitCode.OK;
    } catch (ExecutionException e) {
      return ExitCodes.failed(spec, ExitCodes.FAILED, "listening has ended: " + FailureText.of(e));
    }
  }

  /** Nobody waits at the other end of a pipe for more than it has read: that ends listening. */
  private void changed(ElectionEvent<Bytes> event, CompletableFuture<Void> unread) {
    if (event instanceof ElectionEvent.Elected<Bytes> elected) {
      say(elected.leader());
    } else if (event instanceof ElectionEvent.Proclaimed<Bytes> proclaimed) {
      say(proclaimed.leader());
    } else {
      say("no leader");
    }
    if (spec.commandLine().getOut().checkError()) {
      unread.completeExceptionally(new IllegalStateException("nobody reads the output"));
    }
  }

  private void say(Leader<Bytes> leader) {
    say(leader.key(), ValueText.plain(leader.value()));
  }

  private void say(String... lines) {
    PrintWriter out = spec.commandLine().getOut();
    for (String line : lines) {
      out.println(line);
    }
    out.flush();
  }
}
