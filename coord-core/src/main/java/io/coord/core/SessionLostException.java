package io.coord.core;

/**
 * The session is lost, and with it every key under its lease: locks, candidacies, memberships.
 *
 * <p>Nothing more can be done with the session; open a new one.
 */
public final class SessionLostException extends CoordException {

  private static final long serialVersionUID = 1L;

  private final transient SessionLoss loss;

  /**
   * Creates the exception.
   *
   * @param session the name of the session, for the message
   * @param loss why it was lost
   */
  public SessionLostException(String session, SessionLoss loss) {
    super("session " + session + " is lost: " + loss.detail(), null);
    this.loss = loss;
  }

  /**
   * Tells why the session was lost.
   *
   * @return the reason, and its detail
   */
  public SessionLoss loss() {
    return loss;
  }
}
