package io.coord.core.internal.store;

import io.coord.core.RefusedException;
import org.jspecify.annotations.Nullable;

/** A key was to be bound to a lease that etcd does not have, or has no more. */
public final class LeaseNotFoundException extends RefusedException {

  private static final long serialVersionUID = 1L;

  public LeaseNotFoundException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
