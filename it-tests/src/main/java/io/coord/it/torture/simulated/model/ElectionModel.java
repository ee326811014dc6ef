package io.coord.it.torture.simulated.model;

import io.coord.core.Bytes;
import io.coord.core.Session;
import io.coord.core.internal.store.WatchEvent;
import io.coord.election.Election;
import io.coord.election.ElectionEvent;
import io.coord.election.ElectionView;
import io.coord.election.Leader;
import io.coord.election.Leadership;
import io.coord.it.torture.simulated.model.ElectionTruth.Candidate;
import io.coord.testkit.sim.SimulatedEtcd;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Candidates that come, give up, lead, proclaim and go, and observers:
 *
 * <ul>
 *   <li>nobody leads beside another, and tokens rise; nobody leads whose key is gone (unless
 *       strangers meddle);
 *   <li>observers are told only what was so, in order, and in the end what is;
 *   <li>a proclamation that is reported was committed at the revision that is reported.
 * </ul>
 */
public final class ElectionModel implements Model {

  private static final String NAME = "scheduler";

  private final Referee referee;
  private final Strangers strangers;
  private final int rounds;
  private final ElectionTruth truth = new ElectionTruth(Bytes.utf8(NAME + "/"));
  private final List<Campaigner> campaigners = new ArrayList<>();
  private final List<Observer> observers = new ArrayList<>();
  private final List<Leadership<String>> told = new ArrayList<>();
  private long lastToken;
  private int elected;

  /** An election with so many candidates, and two observers. */
  public ElectionModel(SimulatedEtcd etcd, Scale scale, Strangers strangers) {
    this.referee = new Referee(etcd);
    this.strangers = strangers;
    this.rounds = scale.rounds();
    etcd.onCommit(this::committed);
    for (Worker worker : scale.workers(etcd, referee)) {
      campaigners.add(new Campaigner(worker));
    }
    for (String name : List.of("x", "y")) {
      Observer observer = new Observer(name);
      observers.add(observer);
      ElectionView.of(etcd.coord(name), NAME).observe(observer::hear);
    }
  }

  @Override
  public int run() {
    campaigners.forEach(Campaigner::begin);
    referee.until(
        () -> campaigners.stream().allMatch(campaigner -> campaigner.done),
        () -> "not all candidates finished");
    referee.calm(Worker.TTL.multipliedBy(6));
    for (Observer observer : observers) {
      referee.check(
          observer.lastTold.equals(truth.leader()),
          Rule.TRUTH,
          () -> "an observer believes in " + observer.lastTold + ", not " + truth.leader());
    }
    referee.check(
        truth.leader().isEmpty(), Rule.NO_KEY_LEFT, () -> "still there is " + truth.leader());
    referee.verdict();
    return elected;
  }

  private void committed(List<WatchEvent> events) {
    truth.committed(events);
    if (strangers == Strangers.KEEP_OUT) {
      for (Leadership<String> leadership : told) {
        referee.check(
            !leadership.isLeader() || truth.stands(leadership.fencingToken().value()),
            Rule.LOST_IN_TIME,
            () -> leadership + " stands, but its key is gone");
      }
    }
  }

  private void elected(Leadership<String> leadership) {
    if (!leadership.isLeader()) {
      return;
    }
    elected++;
    told.removeIf(other -> !other.isLeader());
    if (strangers == Strangers.KEEP_OUT) {
      long before = lastToken;
      long token = leadership.fencingToken().value();
      for (Leadership<String> other : told) {
        referee.broken(Rule.EXCLUSION, leadership + " leads beside " + other);
      }
      referee.check(token > before, Rule.ORDER, () -> leadership + " leads after token " + before);
      referee.check(
          truth.leader().filter(first -> first.createRevision() == token).isPresent(),
          Rule.CHECKED_GRANT,
          () -> leadership + " leads, but first is " + truth.leader());
    }
    lastToken = leadership.fencingToken().value();
    told.add(leadership);
  }

  /** One who is told who leads. */
  private final class Observer {

    private final String name;
    private long revision = -1;
    private Optional<Candidate> lastTold = Optional.empty();

    Observer(String name) {
      this.name = name;
    }

    private void hear(ElectionEvent<String> event) {
      referee.note(name, "is told", event);
      long before = revision;
      referee.check(
          event.revision() > before, Rule.ORDER, () -> event + " was told after " + before);
      revision = event.revision();
      lastTold = leaderOf(event).map(Candidate::of);
      referee.check(
          lastTold.equals(truth.leaderAt(revision)),
          Rule.TRUTH,
          () -> event + " was told, but the leader was " + truth.leaderAt(revision));
    }

    private static Optional<Leader<String>> leaderOf(ElectionEvent<String> event) {
      if (event instanceof ElectionEvent.Elected<String> elected) {
        return Optional.of(elected.leader());
      }
      return event instanceof ElectionEvent.Proclaimed<String> proclaimed
          ? Optional.of(proclaimed.leader())
          : Optional.empty();
    }
  }

  /** One who stands for election, again and again. */
  private final class Campaigner {

    private final Worker worker;
    private int round;
    private int number;
    private boolean done;

    Campaigner(Worker worker) {
      this.worker = worker;
    }

    void begin() {
      if (round++ == rounds) {
        done = true;
      } else {
        worker.openSession(this::campaign);
      }
    }

    private void campaign(Session session) {
      String value = nextValue();
      worker.note("stands with", value);
      CompletableFuture<Leadership<String>> campaign =
          Election.of(session, NAME).campaignAsync(value);
      if (referee.onceIn(4)) {
        worker.after(300, () -> campaign.cancel(true));
      }
      referee.then(campaign, leadership -> lead(session, leadership), failure -> end(session));
    }

    private void lead(Session session, Leadership<String> leadership) {
      worker.note("is elected", leadership);
      elected(leadership);
      worker.after(500, () -> proclaim(session, leadership));
    }

    private void proclaim(Session session, Leadership<String> leadership) {
      if (referee.onceIn(3)) {
        worker.note("resigns", leadership);
        referee.then(leadership.resignAsync(), resigned -> end(session), failure -> end(session));
        return;
      }
      String value = nextValue();
      referee.then(
          leadership.proclaimAsync(value),
          revision -> {
            proclaimed(leadership, value, revision);
            worker.after(500, () -> proclaim(session, leadership));
          },
          failure -> end(session));
    }

    private void proclaimed(Leadership<String> leadership, String value, long revision) {
      worker.note("has proclaimed", value);
      Optional<Candidate> leader = truth.leaderAt(revision);
      Candidate expected =
          new Candidate(leadership.key(), leadership.fencingToken().value(), value);
      referee.check(
          leader.equals(Optional.of(expected)),
          Rule.TRUTH,
          () -> expected + " was proclaimed at " + revision + ", where there was " + leader);
    }

    private void end(Session session) {
      referee.then(
          session.closeAsync(),
          closed -> worker.after(500, this::begin),
          failure -> worker.after(500, this::begin));
    }

    private String nextValue() {
      return worker.name() + "-" + number++;
    }
  }
}
