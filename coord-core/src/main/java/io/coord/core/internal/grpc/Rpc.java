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
import io.etcd.jetcd.api.LeaseTimeToLiveRequest;
import io.etcd.jetcd.api.LeaseTimeToLiveResponse;
import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.PutResponse;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.StatusRequest;
import io.etcd.jetcd.api.StatusResponse;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.grpc.MethodDescriptor;
import java.util.function.Function;

/**
 * A unary method of etcd.
 *
 * @param method what gRPC needs to know of it
 * @param header finds the header in an answer, which tells the raft term of the member
 * @param access who may call it
 */
record Rpc<Q, R>(MethodDescriptor<Q, R> method, Function<R, ResponseHeader> header, Access access) {

  /** Who may call it, where etcd's authentication is enabled. */
  enum Access {
    /** A user, who shows a token. */
    USER,
    ANYONE
  }

  static final Rpc<RangeRequest, RangeResponse> RANGE =
      new Rpc<>(KVGrpc.getRangeMethod(), RangeResponse::getHeader, Access.USER);
  static final Rpc<PutRequest, PutResponse> PUT =
      new Rpc<>(KVGrpc.getPutMethod(), PutResponse::getHeader, Access.USER);
  static final Rpc<TxnRequest, TxnResponse> TXN =
      new Rpc<>(KVGrpc.getTxnMethod(), TxnResponse::getHeader, Access.USER);
  static final Rpc<LeaseGrantRequest, LeaseGrantResponse> LEASE_GRANT =
      new Rpc<>(LeaseGrpc.getLeaseGrantMethod(), LeaseGrantResponse::getHeader, Access.USER);
  static final Rpc<LeaseRevokeRequest, LeaseRevokeResponse> LEASE_REVOKE =
      new Rpc<>(LeaseGrpc.getLeaseRevokeMethod(), LeaseRevokeResponse::getHeader, Access.USER);
  static final Rpc<LeaseTimeToLiveRequest, LeaseTimeToLiveResponse> LEASE_STATUS =
      new Rpc<>(
          LeaseGrpc.getLeaseTimeToLiveMethod(), LeaseTimeToLiveResponse::getHeader, Access.USER);

  /** Its header is left out: a member without a leader answers it too, perhaps under a new term. */
  static final Rpc<StatusRequest, StatusResponse> STATUS =
      new Rpc<>(
          MaintenanceGrpc.getStatusMethod(),
          status -> ResponseHeader.getDefaultInstance(),
          Access.USER);

  static final Rpc<AuthenticateRequest, AuthenticateResponse> AUTHENTICATE =
      new Rpc<>(AuthGrpc.getAuthenticateMethod(), AuthenticateResponse::getHeader, Access.ANYONE);
}
