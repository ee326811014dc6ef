package io.coord.core.internal.grpc;

import io.coord.core.internal.store.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once when no member can be used, and once when one can again; short gaps go unsaid. */
final class Outage {

  private static final Logger LOG = LoggerFactory.getLogger(Outage.class);
  private static final Duration WORTH_SAYING = Duration.ofSeconds(1);

  private final String name;
  private final StoreThread thread;
  private final Supplier<String> members;
  private @Nullable Timer warning;
  private boolean everReached;
  private boolean said;
  private long begunAt;

  Outage(String name, StoreThread thread, Supplier<String> members) {
    this.name = name;
    this.thread = thread;
    this.members = members;
  }

  /** No member can be used. Nothing is said before one ever could: then opening fails instead. */
  void begin() {
    if (everReached && !said && warning == null) {
      begunAt = thread.nanoTime();
      warning = thread.schedule(WORTH_SAYING, this::say);
    }
  }

  private void say() {
    warning = null;
    said = true;
    LOG.warn("{}: no member can be used: {}", name, members.get());
  }

  /** A member can be used. */
  void end() {
    everReached = true;
    forget();
    if (said) {
      said = false;
      long millis = TimeUnit.NANOSECONDS.toMillis(thread.nanoTime() - begunAt);
      LOG.info("{}: a member can be used again, after {} ms", name, millis);
    }
  }

  void forget() {
    Timer scheduled = warning;
    if (scheduled != null) {
      scheduled.cancel();
      warning = null;
    }
  }
}
