package io.coord.core.internal.grpc;

import static io.coord.core.internal.grpc.ConnectedStore.await;
import static io.coord.core.internal.grpc.ConnectedStore.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.RefusedException;
import io.coord.core.internal.store.LeaseGrant;
import io.coord.core.internal.store.Store;
import io.grpc.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GrpcStoreLeaseTest {

  private static final Status LEASE_EXISTS =
      Status.FAILED_PRECONDITION.withDescription("etcdserver: lease already exists");
  private static final Status LEASE_NOT_FOUND =
      Status.NOT_FOUND.withDescription("etcdserver: requested lease not found");
  private static final Status TIMED_OUT =
      Status.UNAVAILABLE.withDescription("etcdserver: request timed out");
  private static final Status TOO_MANY_REQUESTS =
      Status.RESOURCE_EXHAUSTED.withDescription("etcdserver: too many requests");

  private final FakeMember member = FakeMember.start(1);
  private final Store store = ConnectedStore.connect(ConnectedStore.to(member));

  @AfterEach
  void close() {
    store.close();
    member.close();
  }

  @Test
  void grant_repeatedAfterALostAnswer_findsTheLeaseOfTheFirst() {
    member.services().failNext(TIMED_OUT, LEASE_EXISTS);

    assertThat(await(store.grantLease(17, 10))).isEqualTo(new LeaseGrant(17, 10));
  }

  @Test
  void grant_ofANumberInUse_isRefused() {
    member.services().failNext(LEASE_EXISTS);

    assertThat(failure(store.grantLease(17, 10)))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("11 for 10 s")
        .hasMessageContaining("in use");
  }

  @Test
  void grant_repeatedAfterARequestThatWasNotApplied_doesNotTakeALeaseForItsOwn() {
    member.services().failNext(TOO_MANY_REQUESTS, LEASE_EXISTS);

    assertThat(failure(store.grantLease(17, 10))).isInstanceOf(RefusedException.class);
  }

  @Test
  void revoke_ofALease_givesTrue() {
    assertThat(await(store.revokeLease(17))).isTrue();
  }

  @Test
  void revoke_ofNoLease_givesFalse() {
    member.services().failNext(LEASE_NOT_FOUND);

    assertThat(await(store.revokeLease(17))).isFalse();
  }

  @Test
  void revoke_repeatedAfterALostAnswer_givesFalse() {
    member.services().failNext(TIMED_OUT, LEASE_NOT_FOUND);

    assertThat(await(store.revokeLease(17))).isFalse();
  }
}
