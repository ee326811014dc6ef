package io.coord.it.stm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.ClosedException;
import io.coord.core.Session;
import io.coord.core.SessionLostException;
import io.coord.core.SessionState;
import io.coord.stm.StmOptions;
import io.coord.stm.StmResult;
import io.coord.stm.UnknownOutcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keys that a transaction puts under the lease of a session. */
class TransactionLeaseTest extends SimulatedStm {

  private Session open() {
    return etcd.await(coord.openSessionAsync(Duration.ofSeconds(30)));
  }

  private StmResult<String> putUnder(Session session, UnknownOutcome policy) {
    return run(
        StmOptions.defaults().withUnknownOutcome(policy),
        tx -> {
          tx.put("mortal", "1", session);
          tx.put("immortal", "1");
          return "done";
        });
  }

  @ParameterizedTest
  @EnumSource
  void put_underASession_goesWithIt(UnknownOutcome policy) {
    Session session = open();

    putUnder(session, policy);
    assertThat(stored("mortal").orElseThrow().lease()).isEqualTo(session.leaseId());
    etcd.await(session.closeAsync());

    assertThat(value("mortal")).isEmpty();
    assertThat(value("immortal")).contains("1");
  }

  @ParameterizedTest
  @EnumSource
  void put_leaseRevokedFromOutside_writesNothingAndTellsTheSession(UnknownOutcome policy) {
    Session session = open();
    etcd.faults().revokeLease(session.leaseId());

    assertThatThrownBy(() -> putUnder(session, policy)).isInstanceOf(SessionLostException.class);

    assertThat(session.state()).isEqualTo(SessionState.LOST);
    assertThat(value("immortal")).isEmpty();
    assertThat(run(tx -> tx.get("immortal")).value()).isEmpty();
    assertThat(putUnder(open(), policy).attempts()).isEqualTo(1);
  }

  @Test
  void put_leaseOfTheMarkersRevokedAsWell_triesAgainWithAnother() {
    Session session = open();
    putUnder(session, UnknownOutcome.RESOLVE);
    etcd.leases().stream()
        .filter(lease -> lease != session.leaseId())
        .forEach(etcd.faults()::revokeLease);

    assertThat(putUnder(session, UnknownOutcome.RESOLVE).attempts()).isGreaterThan(1);
    assertThat(session.isActive()).isTrue();
  }

  @Test
  void put_underAClosedSession_isRefusedAtOnce() {
    Session session = open();
    etcd.await(session.closeAsync());

    assertThatThrownBy(() -> putUnder(session, UnknownOutcome.RESOLVE))
        .isInstanceOf(ClosedException.class);
    assertThat(value("immortal")).isEmpty();
  }

  @Test
  void put_withoutASessionAfterwards_looksAfterItself() {
    Session session = open();
    putUnder(session, UnknownOutcome.RESOLVE);

    run(
        tx -> {
          tx.put("mortal", "2");
          return "";
        });
    etcd.await(session.closeAsync());

    assertThat(value("mortal")).contains("2");
  }
}
