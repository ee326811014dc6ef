package io.coord.core.internal.grpc;

import io.grpc.Status;

/**
 * How one attempt at a call failed, and what that allows.
 *
 * @param certainty what is known about the request
 * @param remedy what helps
 * @param status what gRPC reported
 */
record Failure(Certainty certainty, Remedy remedy, Status status) {

  /** What is known about a request whose attempt failed. */
  enum Certainty {
    /** It was not applied by this attempt, nor will be. */
    NOT_APPLIED,
    /** It may have been applied, or may yet be. */
    UNKNOWN,
    /** etcd said no, and would say so again. */
    REFUSED,
    /** etcd said no, and would say so again, but may have applied the request all the same. */
    REFUSED_PERHAPS_APPLIED
  }

  /** What helps. */
  enum Remedy {
    /** Nothing: the caller is told. */
    NONE,
    /** Sending it again, at once. */
    RESEND,
    /** Sending it again, a little later. */
    BACK_OFF,
    /** Sending it to another member: the connection to this one is broken. */
    LEAVE_MEMBER,
    /** Sending it to another member: this one has no leader. */
    AWAIT_LEADER,
    /** Sending it again with a new token. */
    RENEW_TOKEN
  }

  /** For messages: what etcd or gRPC said, in one line. */
  String detail() {
    StringBuilder text = new StringBuilder(status.getCode().name());
    String description = status.getDescription();
    if (description != null) {
      text.append(": ").append(description.lines().findFirst().orElse(""));
    }
    Throwable cause = status.getCause();
    if (cause != null) {
      String root = rootMessage(cause);
      if (text.indexOf(root) < 0) {
        text.append(" (").append(root).append(')');
      }
    }
    return text.toString();
  }

  private static String rootMessage(Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }
}
