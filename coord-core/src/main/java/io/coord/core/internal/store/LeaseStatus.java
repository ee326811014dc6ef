package io.coord.core.internal.store;

/**
 * What the server knows of a lease.
 *
 * @param id its number
 * @param remainingSeconds the time left; negative when the lease does not exist
 * @param grantedSeconds the time to live that it was granted with; 0 when it does not exist
 */
public record LeaseStatus(long id, long remainingSeconds, long grantedSeconds) {

  public boolean exists() {
    return remainingSeconds >= 0;
  }
}
