package io.coord.cli.program;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.cli.shell.Action;
import io.coord.cli.shell.FailureText;
import io.coord.cli.show.ValueText;
import io.coord.core.Bytes;
import io.coord.core.Codec;
import io.coord.core.Coord;
import io.coord.core.Release;
import io.coord.election.Election;
import io.coord.election.ElectionEvent;
import io.coord.election.ElectionView;
import io.coord.election.Leader;
import io.coord.election.Leadership;
import io.coord.election.Observation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/*
 * The campaign of this process in the election:
 *
 *            elect                       elected
 *   none ------------> future not done -----------> future done
 *    ^                       |                           |
 *    '-- resign, or failed --'------ resign, or lost ----'
 *
 * A campaign is put in place once and taken away by comparing it, so what a future or stage says later
 * of one that was given up changes nothing. One that is won while it is given up is resigned. Actions
 * come one at a time, on the command's thread; what they led to is said on the callback threads.
 * Closing gives up whatever there is, and the end of the session deletes what could not be given up.
 */

/** Stands, leads, proclaims, resigns and watches, as it is told. */
public final class ElectionProgram implements Program {

  private final LivingSession session;
  private final String name;
  private final int id;
  private final Consumer<String> out;
  private final ElectionView<Bytes> view;

  // On the command's thread only.
  private Optional<Observation> observation = Optional.empty();
  private int values;

  @GuardedBy("this")
  private Optional<CompletableFuture<Leadership<String>>> campaign = Optional.empty();

  public ElectionProgram(Coord coord, Duration ttl, String name, int id, Consumer<String> out) {
    this.session = new LivingSession(coord, ttl);
    this.name = name;
    this.id = id;
    this.out = out;
    this.view = ElectionView.of(coord, name, Codec.bytes());
  }

  @Override
  public List<Action> actions() {
    return List.of(
        new Action("elect", List.of("[VALUE]"), "Stands, and leads in its turn.", this::elect),
        new Action("proclaim", List.of("[VALUE]"), "Announces another value.", this::proclaim),
        new Action("resign", List.of(), "Gives up leading, or standing.", this::resign),
        new Action("watch", List.of(), "Shows the leader, and every change.", this::watch),
        new Action("unwatch", List.of(), "Ends watch.", this::unwatch),
        new Action("query", List.of(), "Shows the leader.", this::query),
        new Action("rev", List.of(), "Shows the revision at which this one stood.", this::rev));
  }

  private CompletionStage<?> elect(List<String> arguments) throws InterruptedException {
    if (campaign().isPresent()) {
      throw new IllegalStateException(
          leadership().isPresent()
              ? "leads already; 'resign' ends that"
              : "campaigns already; 'resign' ends that");
    }
    out.accept("campaigning for ID: " + id);
    CompletableFuture<Leadership<String>> elected =
        Election.of(session.get(), name).campaignAsync(value(arguments));
    begin(elected);
    return elected
        .thenAccept(leadership -> leads(elected, leadership))
        .exceptionally(
            failure -> {
              end(elected);
              if (elected.isCancelled()) {
                return null;
              }
              throw new CompletionException(failure);
            });
  }

  private void leads(CompletableFuture<Leadership<String>> won, Leadership<String> leadership) {
    out.accept(
        "campaigned for ID: "
            + id
            + ", leads with key: "
            + leadership.key()
            + ", token: "
            + leadership.fencingToken().value());
    CompletionStage<Void> unused =
        leadership
            .lost()
            .thenAccept(
                loss -> {
                  end(won);
                  out.accept("lost the leadership for ID: " + id + ": " + loss.detail());
                });
  }

  private CompletionStage<?> proclaim(List<String> arguments) {
    Leadership<String> leadership = leadership().orElseThrow(ElectionProgram::notLeading);
    String value = value(arguments);
    out.accept("proclaiming for ID: " + id);
    return leadership
        .proclaimAsync(value)
        .thenAccept(
            revision ->
                out.accept(
                    "proclaimed for ID: " + id + ", value: " + value + ", revision: " + revision));
  }

  private CompletionStage<?> resign(List<String> arguments) {
    CompletableFuture<Leadership<String>> given =
        campaign()
            .orElseThrow(
                () -> new IllegalStateException("neither leads nor stands; expected elect before"));
    end(given);
    if (given.cancel(true)) {
      out.accept("campaign given up for ID: " + id);
      return CompletableFuture.completedFuture(Optional.empty());
    }
    out.accept("resigning for ID: " + id);
    return given
        .thenCompose(Leadership::resignAsync)
        .thenAccept(release -> out.accept(text(release) + " for ID: " + id));
  }

  private static String text(Release release) {
    return switch (release) {
      case RELEASED -> "resigned";
      case HAD_BEEN_LOST -> "the leadership had been lost before";
      case PENDING -> "etcd cannot be reached; resigns as soon as it can";
    };
  }

  private CompletionStage<?> watch(List<String> arguments) {
    if (observation.isPresent()) {
      throw new IllegalStateException("watches already; 'unwatch' ends that");
    }
    out.accept("start to watch for ID: " + id);
    CompletableFuture<Void> first = new CompletableFuture<>();
    Observation begun =
        view.observe(
            event -> {
              out.accept(text(event));
              first.complete(null);
            });
    observation = Optional.of(begun);
    CompletionStage<Void> unused =
        begun
            .ended()
            .whenComplete(
                (closed, failure) -> {
                  if (failure != null) {
                    out.accept("the watch has ended: " + FailureText.of(failure));
                  }
                  first.complete(null);
                });
    return first;
  }

  private static String text(ElectionEvent<Bytes> event) {
    if (event instanceof ElectionEvent.Elected<Bytes> elected) {
      return "leader changed to " + text(elected.leader());
    }
    if (event instanceof ElectionEvent.Proclaimed<Bytes> proclaimed) {
      return "leader proclaims " + text(proclaimed.leader());
    }
    return "no leader";
  }

  private static String text(Leader<Bytes> leader) {
    return leader.key() + " " + ValueText.of(leader.value());
  }

  private CompletionStage<?> unwatch(List<String> arguments) {
    observation
        .orElseThrow(() -> new IllegalStateException("does not watch; expected watch before"))
        .close();
    observation = Optional.empty();
    out.accept("watches no more for ID: " + id);
    return CompletableFuture.completedFuture(Optional.empty());
  }

  private CompletionStage<?> query(List<String> arguments) {
    return view.leaderAsync()
        .thenAccept(
            leader ->
                out.accept(
                    leader
                        .map(found -> "current leader: " + text(found))
                        .orElse("current leader: none")));
  }

  private CompletionStage<?> rev(List<String> arguments) {
    out.accept(
        "current rev: "
            + leadership()
                .map(leadership -> Long.toString(leadership.fencingToken().value()))
                .orElse("none, as ID " + id + " does not lead"));
    return CompletableFuture.completedFuture(Optional.empty());
  }

  /** As given, else one that says who, and its number. */
  private String value(List<String> arguments) {
    return arguments.isEmpty() ? "value-" + id + "-" + values++ : arguments.get(0);
  }

  private synchronized Optional<CompletableFuture<Leadership<String>>> campaign() {
    return campaign;
  }

  private synchronized void begin(CompletableFuture<Leadership<String>> begun) {
    campaign = Optional.of(begun);
  }

  private synchronized void end(CompletableFuture<Leadership<String>> ended) {
    campaign = campaign.filter(current -> current != ended);
  }

  private Optional<Leadership<String>> leadership() {
    return campaign()
        .filter(elected -> elected.isDone() && !elected.isCompletedExceptionally())
        .map(CompletableFuture::join);
  }

  private static IllegalStateException notLeading() {
    return new IllegalStateException("does not lead; expected elect before");
  }

  /** Waits for nothing: whoever tells it nothing more does not want to lead. */
  @Override
  public void awaitEnd() {}

  /** Gives up what there is: nothing of it remains in etcd. */
  @Override
  public void close() {
    observation.ifPresent(Observation::close);
    campaign().ifPresent(begun -> begun.cancel(true));
    leadership().ifPresent(Leadership::close);
    session.close();
  }
}
