package io.coord.core.internal.grpc;

import static io.coord.core.internal.grpc.Failure.Certainty.NOT_APPLIED;
import static io.coord.core.internal.grpc.Failure.Certainty.REFUSED;
import static io.coord.core.internal.grpc.Failure.Certainty.REFUSED_PERHAPS_APPLIED;
import static io.coord.core.internal.grpc.Failure.Certainty.UNKNOWN;

import io.coord.core.internal.grpc.Failure.Certainty;
import io.coord.core.internal.grpc.Failure.Remedy;
import io.grpc.Status;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The errors that etcd reports by their text, and what each says about the request.
 *
 * <p>A text is {@code NOT_APPLIED} only where etcd's server gives it before the request is proposed
 * to the other members, or, when it is applied, before anything is changed.
 */
enum EtcdError {
  /** Given at the door because we ask for a leader with every call. */
  NO_LEADER("no leader", NOT_APPLIED, Remedy.AWAIT_LEADER),
  LEARNER("rpc not supported for learner", NOT_APPLIED, Remedy.AWAIT_LEADER),
  NOT_CAPABLE("not capable", NOT_APPLIED, Remedy.BACK_OFF),
  TOO_MANY_REQUESTS("too many requests", NOT_APPLIED, Remedy.BACK_OFF),
  /** The raft of the answering member would not take it, for example while the leader moves. */
  PROPOSAL_DROPPED("raft proposal dropped", NOT_APPLIED, Remedy.BACK_OFF),
  /** The member that answers has not caught up with the revision that was asked for. */
  FUTURE_REVISION("mvcc: required revision is a future revision", NOT_APPLIED, Remedy.BACK_OFF),
  INVALID_TOKEN("invalid auth token", NOT_APPLIED, Remedy.RENEW_TOKEN),
  OLD_AUTH_REVISION("revision of auth store is old", NOT_APPLIED, Remedy.RENEW_TOKEN),
  OLD_AUTH_HEADER("auth: revision in header is old", NOT_APPLIED, Remedy.RENEW_TOKEN),
  /** Authentication is enabled and the request carried no token. */
  USER_EMPTY("user name is empty", NOT_APPLIED, Remedy.RENEW_TOKEN),

  LEADER_CHANGED("leader changed", UNKNOWN, Remedy.RESEND),
  TIMED_OUT("request timed out", UNKNOWN, Remedy.RESEND),
  TIMED_OUT_LEADER("request timed out, possibly due to previous leader failure", UNKNOWN),
  TIMED_OUT_CONNECTION("request timed out, possibly due to connection lost", UNKNOWN),
  TIMED_OUT_APPLY("request timed out, waiting for the applied index took too long", UNKNOWN),
  UNHEALTHY("unhealthy cluster", UNKNOWN, Remedy.BACK_OFF),
  STOPPED("server stopped", UNKNOWN, Remedy.LEAVE_MEMBER),
  RAFT_STOPPED("raft: stopped", UNKNOWN, Remedy.LEAVE_MEMBER),
  NOT_PRIMARY("not a primary lessor", UNKNOWN, Remedy.RESEND),

  COMPACTED("mvcc: required revision has been compacted", REFUSED),
  TOO_LARGE("request is too large", REFUSED),
  TOO_MANY_OPERATIONS("too many operations in txn request", REFUSED),
  DUPLICATE_KEY("duplicate key given in txn request", REFUSED),
  /** A write that passes the quota's check at the door and fails the one behind it is applied. */
  NO_SPACE("mvcc: database space exceeded", REFUSED_PERHAPS_APPLIED, Remedy.NONE),
  CORRUPT("corrupt cluster", REFUSED),
  EMPTY_KEY("key is not provided", REFUSED),
  LEASE_NOT_FOUND("requested lease not found", REFUSED),
  LEASE_EXISTS("lease already exists", REFUSED),
  LEASE_TTL_TOO_LARGE("too large lease TTL", REFUSED),
  PERMISSION_DENIED("permission denied", REFUSED),
  WRONG_PASSWORD("authentication failed, invalid user ID or password", REFUSED),
  USER_NOT_FOUND("user name not found", REFUSED),
  AUTH_NOT_ENABLED("authentication is not enabled", REFUSED);

  private static final String PREFIX = "etcdserver: ";
  private static final Map<String, EtcdError> BY_TEXT = new HashMap<>();

  static {
    for (EtcdError error : values()) {
      BY_TEXT.put(error.text, error);
    }
  }

  private final String text;
  private final Certainty certainty;
  private final Remedy remedy;

  EtcdError(String text, Certainty certainty, Remedy remedy) {
    this.text = text;
    this.certainty = certainty;
    this.remedy = remedy;
  }

  EtcdError(String text, Certainty certainty) {
    this(text, certainty, certainty == REFUSED ? Remedy.NONE : Remedy.RESEND);
  }

  /** The error that a status carries, when it is one of etcd's that we know. */
  static Optional<EtcdError> of(Status status) {
    String description = status.getDescription();
    return description == null ? Optional.empty() : ofText(description);
  }

  private static Optional<EtcdError> ofText(String description) {
    String bare =
        description.startsWith(PREFIX) ? description.substring(PREFIX.length()) : description;
    return Optional.ofNullable(BY_TEXT.get(bare));
  }

  Certainty certainty() {
    return certainty;
  }

  Remedy remedy() {
    return remedy;
  }
}
