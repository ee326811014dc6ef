package io.coord.it.torture.simulated;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import io.coord.it.torture.simulated.model.Rule;
import io.coord.it.torture.simulated.model.Violation;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The errors that the library logs during a run. It logs one only for a defect, such as a
 * continuation that throws, which nobody would hear of otherwise. Runs on several threads do not
 * hear each other; threads that a run starts belong to it.
 */
final class Defects implements AutoCloseable {

  private static final InheritableThreadLocal<Defects> CURRENT = new InheritableThreadLocal<>();

  private final AtomicReference<Violation> first = new AtomicReference<>();

  private Defects() {}

  /** Begins to listen to what this thread logs. Simulations are all outages: only errors count. */
  static Defects listen() {
    Ear.ATTACHED.start();
    Defects defects = new Defects();
    CURRENT.set(defects);
    return defects;
  }

  Optional<Violation> first() {
    return Optional.ofNullable(first.get());
  }

  @Override
  public void close() {
    CURRENT.remove();
  }

  private void hear(ILoggingEvent event) {
    @Nullable Throwable cause =
        event.getThrowableProxy() instanceof ThrowableProxy proxy ? proxy.getThrowable() : null;
    String what = event.getFormattedMessage() + (cause == null ? "" : ": " + cause);
    first.compareAndSet(null, new Violation(Rule.NO_DEFECT, "logged: " + what, cause));
  }

  /** Hears everything that the library logs. */
  private static final class Ear extends AppenderBase<ILoggingEvent> {

    private static final Ear ATTACHED = attached();

    private static Ear attached() {
      Ear ear = new Ear();
      Logger library = (Logger) LoggerFactory.getLogger("io.coord");
      library.setLevel(Level.ERROR);
      library.addAppender(ear);
      return ear;
    }

    @Override
    protected void append(ILoggingEvent event) {
      Defects defects = CURRENT.get();
      if (defects != null && event.getLevel().isGreaterOrEqual(Level.ERROR)) {
        defects.hear(event);
      }
    }
  }
}
