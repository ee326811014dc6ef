package io.coord.it.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.ClosedException;
import io.coord.core.Codec;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.core.internal.CoordRuntime;
import io.coord.election.Election;
import io.coord.election.ElectionEvent;
import io.coord.election.ElectionView;
import io.coord.election.Leadership;
import io.coord.election.Observation;
import io.coord.testkit.sim.SeedSweep;
import io.coord.testkit.sim.SimulatedEtcd;
import io.coord.testkit.sim.SimulatedFaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What observers of an election are told, on the simulated store. */
class ObservationTest {

  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration A_MOMENT = Duration.ofSeconds(1);

  private final SimulatedEtcd etcd = SimulatedEtcd.of(1);
  private final Coord a = etcd.coord("a");
  private final Coord b = etcd.coord("b");
  private final Coord observer = etcd.coord("observer");
  private final List<String> told = new ArrayList<>();
  private final List<Long> revisions = new ArrayList<>();

  private Observation observe() {
    Observation observation = ElectionView.of(observer, "scheduler").observe(this::hear);
    etcd.runFor(A_MOMENT);
    return observation;
  }

  private void hear(ElectionEvent<String> event) {
    revisions.add(event.revision());
    if (event instanceof ElectionEvent.Elected<String> elected) {
      told.add("elected " + elected.leader().value());
    } else if (event instanceof ElectionEvent.Proclaimed<String> proclaimed) {
      told.add("proclaimed " + proclaimed.leader().value());
    } else {
      told.add("nobody");
    }
  }

  private CompletableFuture<Leadership<String>> standing(Coord coord, String value) {
    Session session = etcd.await(coord.openSessionAsync(TTL));
    CompletableFuture<Leadership<String>> campaign =
        Election.of(session, "scheduler").campaignAsync(value);
    etcd.runFor(A_MOMENT);
    return campaign;
  }

  private Leadership<String> elected(Coord coord, String value) {
    return etcd.await(standing(coord, value));
  }

  @Test
  void observe_nobodyStands_tellsSoFirst() {
    observe();

    assertThat(told).containsExactly("nobody");
  }

  @Test
  void observe_somebodyLeads_tellsTheLeaderFirst() {
    Leadership<String> one = elected(a, "one");
    List<ElectionEvent<String>> events = new ArrayList<>();
    ElectionView.of(observer, "scheduler").observe(events::add);
    etcd.runFor(A_MOMENT);

    assertThat(events).hasSize(1);
    ElectionEvent.Elected<String> event = (ElectionEvent.Elected<String>) events.get(0);
    assertThat(event.leader().key()).isEqualTo(one.key());
    assertThat(event.leader().fencingToken()).isEqualTo(one.fencingToken());
    assertThat(event.leader().value()).isEqualTo("one");
  }

  @Test
  void observe_everyChange_isToldOnceAndInOrder() {
    observe();
    Leadership<String> one = elected(a, "one");
    CompletableFuture<Leadership<String>> two = standing(b, "two");
    etcd.await(one.proclaimAsync("one again"));
    etcd.await(one.proclaimAsync("one at last"));
    etcd.await(one.resignAsync());
    etcd.await(etcd.await(two).resignAsync());
    etcd.runFor(A_MOMENT);

    assertThat(told)
        .containsExactly(
            "nobody",
            "elected one",
            "proclaimed one again",
            "proclaimed one at last",
            "elected two",
            "nobody");
    assertThat(revisions).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void observe_leaderKilled_isToldWhenItsLeaseHasRunOut() {
    observe();
    elected(a, "one");
    CompletableFuture<Leadership<String>> two = standing(b, "two");
    etcd.faults().kill("a");
    etcd.await(two);
    etcd.runFor(A_MOMENT);

    assertThat(told).containsExactly("nobody", "elected one", "elected two");
  }

  @Test
  void observe_candidatesThatComeAndGoBehindTheLeader_areNoEvent() {
    observe();
    elected(a, "one");
    standing(b, "two").cancel(true);
    etcd.runFor(A_MOMENT);

    assertThat(told).containsExactly("nobody", "elected one");
  }

  @Test
  void observe_otherElectionsOfLikeNames_areNoEvent() {
    observe();
    for (String name : List.of("schedule", "scheduler2", "scheduler/east")) {
      Session session = etcd.await(a.openSessionAsync(TTL));
      etcd.await(Election.of(session, name).campaignAsync("of " + name));
    }
    etcd.runFor(A_MOMENT);

    assertThat(told).containsExactly("nobody");
  }

  @Test
  void observe_changesCompactedAwayWhileCutOff_goesOnWithTheNewestState() {
    observe();
    Leadership<String> one = elected(a, "one");
    CompletableFuture<Leadership<String>> two = standing(b, "two");
    etcd.faults().partition("observer");
    etcd.await(one.proclaimAsync("unseen"));
    etcd.await(one.resignAsync());
    Leadership<String> leading = etcd.await(two);
    etcd.faults().compact();
    etcd.faults().heal("observer");
    etcd.await(() -> told.contains("elected two"));
    etcd.await(leading.proclaimAsync("two again"));
    etcd.runFor(A_MOMENT);

    assertThat(told)
        .containsExactly("nobody", "elected one", "elected two", "proclaimed two again");
    assertThat(revisions).isSorted();
  }

  @Test
  void observe_nothingNewAfterACompaction_isNotToldAgain() {
    observe();
    elected(a, "one");
    etcd.faults().partition("observer");
    standing(b, "two");
    etcd.faults().compact();
    etcd.faults().heal("observer");
    etcd.runFor(TTL);

    assertThat(told).containsExactly("nobody", "elected one");
  }

  @Test
  void observe_watchesBrokenAgainAndAgain_missesNothing() {
    observe();
    List<String> expected = new ArrayList<>(List.of("nobody", "elected one"));
    Leadership<String> one = elected(a, "one");
    for (int i = 0; i < 10; i++) {
      etcd.faults().breakWatches("observer");
      etcd.await(one.proclaimAsync("value " + i));
      expected.add("proclaimed value " + i);
    }
    etcd.runFor(TTL);

    assertThat(told).isEqualTo(expected);
  }

  @Test
  void observe_leaderOfEtcdChanges_goesOn() {
    observe();
    Leadership<String> one = elected(a, "one");
    etcd.faults().changeLeader();
    etcd.await(one.resignAsync());
    etcd.runFor(A_MOMENT);

    assertThat(told).containsExactly("nobody", "elected one", "nobody");
  }

  @Test
  void observe_allMembersRestart_goesOn() {
    observe();
    Leadership<String> one = elected(a, "one");
    etcd.faults().stopServer(Duration.ofSeconds(3));
    etcd.runFor(Duration.ofSeconds(5));
    etcd.await(one.proclaimAsync("after the restart"));
    etcd.runFor(TTL);

    assertThat(told).containsExactly("nobody", "elected one", "proclaimed after the restart");
  }

  @Test
  void observe_noMemberAnswersAtFirst_beginsWhenOneDoes() {
    Session outlastingTheOutage = etcd.await(a.openSessionAsync(Duration.ofMinutes(5)));
    etcd.await(Election.of(outlastingTheOutage, "scheduler").campaignAsync("one"));
    etcd.faults().stopServer(Duration.ofSeconds(40));
    Observation observation = observe();
    etcd.runFor(Duration.ofMinutes(2));

    assertThat(told).startsWith("elected one");
    assertThat(observation.ended().toCompletableFuture()).isNotDone();
  }

  @Test
  void observe_listenerThrows_goesOn() {
    ElectionView.of(observer, "scheduler")
        .observe(
            event -> {
              hear(event);
              throw new IllegalStateException("a listener's own trouble");
            });
    etcd.runFor(A_MOMENT);
    elected(a, "one");

    assertThat(told).containsExactly("nobody", "elected one");
  }

  @Test
  void observe_listenerThrowsAnError_goesOn() {
    ElectionView.of(observer, "scheduler")
        .observe(
            event -> {
              hear(event);
              if (told.size() == 1) {
                throw new StackOverflowError("a listener's own trouble");
              }
            });
    assertThatThrownBy(() -> etcd.runFor(A_MOMENT)).isInstanceOf(StackOverflowError.class);
    elected(a, "one");

    assertThat(told).containsExactly("nobody", "elected one");
  }

  @Test
  void close_whileObserving_tellsNothingMoreAndEnds() {
    Observation observation = observe();
    observation.close();
    elected(a, "one");
    observation.close();
    etcd.runFor(A_MOMENT);

    assertThat(told).containsExactly("nobody");
    assertThat(observation.ended().toCompletableFuture()).isCompleted();
  }

  @Test
  void close_atAnyMoment_tellsNothingMore() {
    SeedSweep.of(200).run(SimulatedFaults.none(), ObservationTest::closeAmongProclamationsIn);
  }

  private static void closeAmongProclamationsIn(SimulatedEtcd other) {
    Session session = other.await(other.coord("c").openSessionAsync(TTL));
    Leadership<String> leadership =
        other.await(Election.of(session, "scheduler").campaignAsync("one"));
    List<ElectionEvent<String>> heard = new ArrayList<>();
    Observation observation = ElectionView.of(other.coord("d"), "scheduler").observe(heard::add);
    other.await(() -> !heard.isEmpty());
    for (int i = 0; i < 50; i++) {
      leadership.proclaimAsync("value " + i);
    }
    other.runFor(Duration.ofMillis(other.seed()));
    observation.close();
    int heardUntilThen = heard.size();
    other.runFor(TTL);

    assertThat(heard).hasSize(heardUntilThen);
  }

  @Test
  void close_fromTheListener_tellsNothingMore() {
    List<Observation> own = new ArrayList<>();
    own.add(
        ElectionView.of(observer, "scheduler")
            .observe(
                event -> {
                  hear(event);
                  own.get(0).close();
                }));
    etcd.runFor(A_MOMENT);
    elected(a, "one");

    assertThat(told).containsExactly("nobody");
    assertThat(own.get(0).ended().toCompletableFuture()).isCompleted();
  }

  @Test
  void close_beforeAnythingWasTold_tellsNothing() {
    ElectionView.of(observer, "scheduler").observe(this::hear).close();
    etcd.runFor(A_MOMENT);

    assertThat(told).isEmpty();
  }

  @Test
  void ended_connectionClosed_failsWithThat() {
    Observation observation = observe();
    etcd.close(observer);

    assertThatThrownBy(() -> etcd.await(observation.ended().toCompletableFuture()))
        .isInstanceOf(ClosedException.class);
  }

  @Test
  void ended_connectionClosedBefore_failsWithThat() {
    etcd.close(observer);
    Observation observation = ElectionView.of(observer, "scheduler").observe(this::hear);

    assertThatThrownBy(() -> etcd.await(observation.ended().toCompletableFuture()))
        .isInstanceOf(ClosedException.class);
    assertThat(told).isEmpty();
  }

  @Test
  void ended_valueCannotBeDecoded_failsAfterWhatCameBefore() {
    SeedSweep.of(100).run(SimulatedFaults.none(), ObservationTest::meetAValueThatIsNoNumberIn);
  }

  private static void meetAValueThatIsNoNumberIn(SimulatedEtcd other) {
    Session session = other.await(other.coord("c").openSessionAsync(TTL));
    Leadership<String> leadership =
        other.await(Election.of(session, "scheduler").campaignAsync("1"));
    List<String> heard = new ArrayList<>();
    Observation observation =
        ElectionView.of(other.coord("d"), "scheduler", new NumbersOnly())
            .observe(event -> heard.add(event.getClass().getSimpleName()));
    other.await(() -> !heard.isEmpty());
    leadership.proclaimAsync("2");
    leadership.proclaimAsync("not a number");

    assertThatThrownBy(() -> other.await(observation.ended().toCompletableFuture()))
        .isInstanceOf(NumberFormatException.class);
    assertThat(heard).containsExactly("Elected", "Proclaimed");
  }

  @Test
  void ended_callbackExecutorRefuses_failsWithThat() {
    AtomicBoolean full = new AtomicBoolean();
    Coord strict =
        CoordRuntime.over(
            Coord.builder().name("strict").endpoints("http://simulated:2379").build(),
            etcd.client("strict"),
            task -> {
              if (full.get()) {
                throw new RejectedExecutionException("full");
              }
              task.run();
            });
    Observation observation = ElectionView.of(strict, "scheduler").observe(this::hear);
    etcd.runFor(A_MOMENT);
    full.set(true);
    elected(a, "one");
    full.set(false);
    standing(b, "two").cancel(true);
    etcd.runFor(A_MOMENT);

    assertThat(told).containsExactly("nobody");
    assertThatThrownBy(() -> etcd.await(observation.ended().toCompletableFuture()))
        .isInstanceOf(RejectedExecutionException.class);
  }

  private static final class NumbersOnly implements Codec<Integer> {
    @Override
    public Bytes encode(Integer value) {
      return Bytes.utf8(value.toString());
    }

    @Override
    public Integer decode(Bytes bytes) {
      return Integer.valueOf(bytes.utf8());
    }
  }
}
