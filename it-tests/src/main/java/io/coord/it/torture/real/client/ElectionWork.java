package io.coord.it.torture.real.client;

import io.coord.election.Election;
import io.coord.election.ElectionEvent;
import io.coord.election.ElectionView;
import io.coord.election.Leader;
import io.coord.election.Leadership;
import io.coord.election.Observation;
import io.coord.it.torture.real.history.Operation;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Stands, leads for a moment, proclaims, resigns; and watches who leads all the time. */
final class ElectionWork implements Workload, AutoCloseable {

  static final String NAME = "torture/election";

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Hands hands;
  private final HoldWork holding;
  private final Observation observation;

  ElectionWork(Hands hands, Recorder observer) {
    this.hands = hands;
    this.holding = new HoldWork(hands, "election");
    this.observation =
        ElectionView.of(hands.coord(), NAME).observe(event -> observer.note("seen", seen(event)));
  }

  private static Map<String, ?> seen(ElectionEvent<String> event) {
    if (event instanceof ElectionEvent.Elected<String> elected) {
      return seen(event, elected.leader());
    }
    if (event instanceof ElectionEvent.Proclaimed<String> proclaimed) {
      return seen(event, proclaimed.leader());
    }
    return Map.of("seen-at", event.revision());
  }

  private static Map<String, ?> seen(ElectionEvent<String> event, Leader<String> leader) {
    return Map.of(
        "seen-at",
        event.revision(),
        Operation.TOKEN,
        leader.fencingToken().value(),
        "value",
        leader.value());
  }

  @Override
  public void step() throws InterruptedException {
    Election<String> election = Election.of(hands.session(), NAME);
    Optional<Leadership<String>> got =
        hands
            .recorder()
            .call(
                "campaign",
                Map.of(),
                () ->
                    hands.chance(50)
                        ? Optional.of(election.campaign(hands.name()))
                        : election.campaign(hands.name(), PATIENCE),
                ElectionWork::told)
            .flatMap(elected -> elected);
    if (got.isPresent()) {
      lead(got.get());
    }
    hands.pauseUpTo(60);
  }

  private static Map<String, ?> told(Optional<Leadership<String>> got) {
    return got.<Map<String, ?>>map(leads -> Map.of(Operation.TOKEN, leads.fencingToken().value()))
        .orElse(Map.of());
  }

  private void lead(Leadership<String> leadership) throws InterruptedException {
    Map<String, Long> with = Map.of(Operation.TOKEN, leadership.fencingToken().value());
    if (holding.work(leadership.fencingToken(), leadership.guard(), Map.of()) && hands.chance(50)) {
      hands
          .recorder()
          .call(
              "proclaim",
              with,
              () -> leadership.proclaim(hands.name() + " again"),
              revision -> Map.of(Operation.REVISION, revision));
    }
    holding.release(leadership.fencingToken(), leadership::resign);
  }

  @Override
  public void close() {
    observation.close();
  }
}
