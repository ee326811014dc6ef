package io.coord.core.internal.grpc;

import static io.coord.core.internal.grpc.ConnectedStore.READ;
import static io.coord.core.internal.grpc.ConnectedStore.WRITE;
import static io.coord.core.internal.grpc.ConnectedStore.await;
import static io.coord.core.internal.grpc.ConnectedStore.failure;
import static io.coord.core.internal.grpc.ConnectedStore.to;
import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Bytes;
import io.coord.core.RefusedException;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Store;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An etcd that was restored to an earlier time, or begun anew, with the same number as before. */
class HistoryTest {

  private final FakeMember member = FakeMember.start(1).atRevision(1_000);
  private final WatchOutcome watch = new WatchOutcome();
  private Store store;

  @BeforeEach
  void watch() {
    store = ConnectedStore.connect(to(member));
    var unused = store.watch(KeyRange.single(Bytes.utf8("key")), 0, watch);
    await(watch.created());
  }

  @AfterEach
  void close() {
    store.close();
    member.close();
  }

  private void restoreTo(long revision) {
    member.kill();
    member.atRevision(revision).restart();
  }

  @Test
  void call_answeredAtAnEarlierRevisionThanBefore_isRefusedAndSoIsAllThatFollows() {
    await(store.range(READ));
    restoreTo(12);

    assertThat(failure(store.range(READ)))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("revision 12")
        .hasMessageContaining("1000")
        .hasMessageContaining("new connection");
    int asked = member.services().calls();
    assertThat(failure(store.txn(WRITE))).isInstanceOf(RefusedException.class);
    assertThat(failure(store.keepLeaseAlive(1))).isInstanceOf(RefusedException.class);
    assertThat(await(watch.failed())).isInstanceOf(RefusedException.class);
    assertThat(member.services().calls()).isEqualTo(asked);
  }

  /** It would wait in silence until there is a revision 1000 again. */
  @Test
  void watch_goesOnBeforeWhereItStood_fails() {
    restoreTo(12);

    assertThat(await(watch.failed()))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("revision 12");
  }

  /** A member may answer such a read though it has not heard of the latest changes. */
  @Test
  void read_ofOneMemberThatLagsBehind_isAnswered() {
    await(store.range(READ));
    member.atRevision(990);

    await(store.range(READ.serializable()));
    member.atRevision(1_000);

    await(store.range(READ));
  }

  @Test
  void call_answeredAtALaterRevision_isAnswered() {
    await(store.range(READ));
    restoreTo(1_001);

    await(store.txn(WRITE));
  }
}
