package io.coord.it.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.Codec;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.election.Election;
import io.coord.election.ElectionView;
import io.coord.election.Leadership;
import io.coord.election.Observation;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Codecs and listeners that fail in other ways than by an exception: no wait is left without end.
 */
class ForeignCodeTest {

  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration A_MOMENT = Duration.ofMillis(200);

  /** As a codec whose library is not on the class path. */
  private static final class Broken implements Codec<String> {
    @Override
    public Bytes encode(String value) {
      return Bytes.utf8(value);
    }

    @Override
    public String decode(Bytes bytes) {
      throw new NoClassDefFoundError("library");
    }
  }

  private static final class WithoutMessage extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no message");
    }
  }

  private final SimulatedEtcd etcd = SimulatedEtcd.of(3);
  private final Coord a = etcd.coord("a");
  private final Coord b = etcd.coord("b");
  private final Session session = etcd.await(a.openSessionAsync(TTL));
  private final Leadership<String> leadership =
      etcd.await(Election.of(session, "scheduler").campaignAsync("one"));
  private final ElectionView<String> unreadable = ElectionView.of(b, "scheduler", new Broken());

  @Test
  void leaderAsync_codecThrowsAnError_failsWithThat() {
    assertThatThrownBy(() -> etcd.await(unreadable.leaderAsync()))
        .hasRootCauseInstanceOf(NoClassDefFoundError.class);
  }

  @Test
  void observe_codecThrowsAnError_endsWithThat() {
    Observation observation = unreadable.observe(event -> {});

    assertThatThrownBy(() -> etcd.await(observation.ended().toCompletableFuture()))
        .hasRootCauseInstanceOf(NoClassDefFoundError.class);
  }

  @Test
  void resumeAsync_codecThrowsAnError_failsWithThat() {
    String key = leadership.key();
    long token = leadership.fencingToken().value();
    session.orphan();
    Session heir = etcd.await(b.takeOverSessionAsync(session.leaseId()));

    assertThatThrownBy(
            () -> etcd.await(Election.of(heir, "scheduler", new Broken()).resumeAsync(key, token)))
        .hasRootCauseInstanceOf(NoClassDefFoundError.class);
  }

  @Test
  void observe_listenerThrowsWhatCannotBePrinted_isToldTheNextEventAllTheSame() {
    List<String> heard = new ArrayList<>();
    Observation observation =
        ElectionView.of(b, "scheduler")
            .observe(
                event -> {
                  heard.add(event.getClass().getSimpleName());
                  throw new WithoutMessage();
                });
    etcd.runFor(A_MOMENT);
    etcd.await(leadership.resignAsync());
    etcd.runFor(A_MOMENT);
    observation.close();
    etcd.await(observation.ended().toCompletableFuture());

    assertThat(heard).containsExactly("Elected", "NoLeader");
  }
}
