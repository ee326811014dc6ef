package io.coord.it.torture.real.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.core.internal.session.LeaseSession;
import io.coord.it.torture.real.history.HistoryWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The session of a client: another one when it is lost. Writes down which were lost, and why. */
public final class Sessions {

  /** The time to live: short, so that pauses beyond it are short too. */
  public static final Duration TTL = Duration.ofSeconds(5);

  private final Coord coord;
  private final HistoryWriter history;

  @GuardedBy("this")
  private Optional<Session> session = Optional.empty();

  /** Opens none yet. */
  public Sessions(Coord coord, HistoryWriter history) {
    this.coord = coord;
    this.history = history;
  }

  /** The connection. */
  public Coord coord() {
    return coord;
  }

  /** The session, a new one if the last is over. Blocks for a round trip then. */
  public synchronized Session current() throws InterruptedException {
    if (session.isEmpty() || !session.get().isActive()) {
      Session opened = coord.openSession(TTL);
      String lease = String.format(Locale.ROOT, "%016x", LeaseSession.of(opened).lease());
      history.note("opened", Map.of("lease", lease));
      opened
          .lost()
          .thenAccept(
              loss ->
                  history.note(
                      "lost",
                      Map.of("lease", lease, "reason", loss.reason(), "detail", loss.detail())))
          .exceptionally(closed -> null);
      session = Optional.of(opened);
    }
    return session.get();
  }
}
