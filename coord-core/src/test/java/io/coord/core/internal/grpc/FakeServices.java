package io.coord.core.internal.grpc;

import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthenticateRequest;
import io.etcd.jetcd.api.AuthenticateResponse;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrantResponse;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.LeaseRevokeResponse;
import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.PutResponse;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.StatusRequest;
import io.etcd.jetcd.api.StatusResponse;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.BindableService;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The services of a {@link FakeMember}. A call is answered well, unless a failure is scripted for
 * it, calls are swallowed, or the token that it carries is not the one that is asked for.
 */
final class FakeServices {

  private final FakeMember member;
  private final Queue<Status> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger probes = new AtomicInteger();
  private final AtomicInteger authentications = new AtomicInteger();
  private final AtomicInteger streams = new AtomicInteger();
  private volatile boolean swallowing;
  private volatile String password = "";
  private volatile String wantedToken = "";
  private volatile String token = "";
  private volatile Status authenticationFailure = Status.OK;

  FakeServices(FakeMember member) {
    this.member = member;
  }

  List<BindableService> all() {
    return List.of(new Kv(), new Lease(), new Maintenance(), new Auth(), new Watch());
  }

  /** The next calls that are not probes fail, one with each of these. */
  void failNext(Status... statuses) {
    failures.addAll(List.of(statuses));
  }

  /** Calls are taken and not answered, while probes are. */
  void swallowCalls() {
    swallowing = true;
  }

  void answerCalls() {
    swallowing = false;
  }

  /** Asks for a user with this password, and for the token that it is given. */
  void askForPassword(String newPassword) {
    password = newPassword;
    wantedToken = "token-" + authentications.get();
  }

  /** What was given so far is not accepted any more. */
  void expireTokens() {
    wantedToken = "expired";
  }

  void askForNoToken() {
    wantedToken = "";
  }

  void failAuthentication(Status status) {
    authenticationFailure = status;
  }

  /** How many calls arrived that were neither probes nor authentications. */
  int calls() {
    return calls.get();
  }

  int probes() {
    return probes.get();
  }

  int authentications() {
    return authentications.get();
  }

  int streams() {
    return streams.get();
  }

  /** What the call that is about to be served carries. */
  void token(String carried) {
    token = carried == null ? "" : carried;
  }

  private <R> void serve(StreamObserver<R> caller, Supplier<R> answer) {
    calls.incrementAndGet();
    if (swallowing) {
      return;
    }
    Status failure =
        wantedToken.equals(token)
            ? failures.poll()
            : Status.UNAUTHENTICATED.withDescription("etcdserver: invalid auth token");
    if (failure != null) {
      member.answer(() -> caller.onError(failure.asRuntimeException()));
    } else {
      member.answer(() -> reply(caller, answer.get()));
    }
  }

  private static <R> void reply(StreamObserver<R> caller, R answer) {
    caller.onNext(answer);
    caller.onCompleted();
  }

  private final class Kv extends KVGrpc.KVImplBase {

    @Override
    public void range(RangeRequest request, StreamObserver<RangeResponse> caller) {
      serve(caller, () -> RangeResponse.newBuilder().setHeader(member.header()).build());
    }

    @Override
    public void put(PutRequest request, StreamObserver<PutResponse> caller) {
      serve(caller, () -> PutResponse.newBuilder().setHeader(member.header()).build());
    }

    @Override
    public void txn(TxnRequest request, StreamObserver<TxnResponse> caller) {
      serve(
          caller,
          () -> TxnResponse.newBuilder().setHeader(member.header()).setSucceeded(true).build());
    }
  }

  private final class Lease extends LeaseGrpc.LeaseImplBase {

    @Override
    public void leaseGrant(LeaseGrantRequest request, StreamObserver<LeaseGrantResponse> caller) {
      serve(
          caller,
          () ->
              LeaseGrantResponse.newBuilder()
                  .setHeader(member.header())
                  .setID(request.getID())
                  .setTTL(request.getTTL())
                  .build());
    }

    @Override
    public void leaseRevoke(
        LeaseRevokeRequest request, StreamObserver<LeaseRevokeResponse> caller) {
      serve(caller, () -> LeaseRevokeResponse.newBuilder().setHeader(member.header()).build());
    }
  }

  private final class Maintenance extends MaintenanceGrpc.MaintenanceImplBase {

    @Override
    public void status(StatusRequest request, StreamObserver<StatusResponse> caller) {
      probes.incrementAndGet();
      member.answer(
          () ->
              reply(
                  caller,
                  StatusResponse.newBuilder()
                      .setHeader(member.header())
                      .setLeader(member.leader())
                      .build()));
    }
  }

  private final class Auth extends AuthGrpc.AuthImplBase {

    @Override
    public void authenticate(
        AuthenticateRequest request, StreamObserver<AuthenticateResponse> caller) {
      int number = authentications.incrementAndGet();
      Status failure =
          password.equals(request.getPassword())
              ? authenticationFailure
              : Status.INVALID_ARGUMENT.withDescription(
                  "etcdserver: authentication failed, invalid user ID or password");
      if (!failure.isOk()) {
        member.answer(() -> caller.onError(failure.asRuntimeException()));
        return;
      }
      wantedToken = "token-" + number;
      member.answer(
          () ->
              reply(
                  caller,
                  AuthenticateResponse.newBuilder()
                      .setHeader(member.header())
                      .setToken("token-" + number)
                      .build()));
    }
  }

  /** Takes every request on the stream for the creation of a watch, and never reports a change. */
  private final class Watch extends WatchGrpc.WatchImplBase {

    @Override
    public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> caller) {
      streams.incrementAndGet();
      boolean refused = !wantedToken.equals(token);
      AtomicInteger created = new AtomicInteger();
      return new StreamObserver<>() {
        @Override
        public void onNext(WatchRequest request) {
          member.answer(
              () -> caller.onNext(refused ? refusal() : creation(created.getAndIncrement())));
        }

        @Override
        public void onError(Throwable cause) {}

        @Override
        public void onCompleted() {
          caller.onCompleted();
        }
      };
    }

    private WatchResponse creation(long watchId) {
      return WatchResponse.newBuilder()
          .setHeader(member.header())
          .setWatchId(watchId)
          .setCreated(true)
          .build();
    }

    private WatchResponse refusal() {
      return WatchResponse.newBuilder()
          .setHeader(member.header())
          .setWatchId(-1)
          .setCreated(true)
          .setCanceled(true)
          .setCancelReason(
              "rpc error: code = Unauthenticated desc = etcdserver: invalid auth token")
          .build();
    }
  }
}
