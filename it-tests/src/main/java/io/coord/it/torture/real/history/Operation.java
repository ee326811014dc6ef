package io.coord.it.torture.real.history;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * One operation of one actor, with what etcd's revisions tell about when it took place.
 *
 * <p>An actor does one thing after the other. So what it learned of etcd's revision before it began
 * the operation is a bound from below, and what it learned first afterwards one from above,
 * whatever any clock said.
 *
 * @param actor who did it
 * @param number its place among all that the actor did
 * @param action what was done
 * @param with what it was asked
 * @param outcome how it ended
 * @param got what came of it; for one that failed, the error
 * @param began when, in nanoseconds of the machine's monotonic clock
 * @param ended when; empty when it never did
 * @param after it took place at no earlier revision
 * @param before it took place at no later revision; {@code Long.MAX_VALUE} when that is not known
 */
public record Operation(
    Actor actor,
    long number,
    String action,
    JsonNode with,
    Outcome outcome,
    JsonNode got,
    long began,
    OptionalLong ended,
    long after,
    long before) {

  /** The name under which an operation gives the revision at which it took place. */
  public static final String REVISION = "revision";

  /** The name under which it gives or takes a fencing token. */
  public static final String TOKEN = "token";

  /** True for one that did what it was asked to. */
  public boolean isOk() {
    return outcome == Outcome.OK;
  }

  /** True when nobody knows whether it took place. */
  public boolean isUncertain() {
    return outcome == Outcome.UNKNOWN || outcome == Outcome.OPEN || outcome == Outcome.BROKEN;
  }

  /** True for this action. */
  public boolean is(String name) {
    return action.equals(name);
  }

  /** The revision at which it took place, which one that is OK must have given. */
  public long revision() {
    return number(got, REVISION);
  }

  /** A number among what it was asked. */
  public long asked(String name) {
    return number(with, name);
  }

  /** A number among what came of it. */
  public long gave(String name) {
    return number(got, name);
  }

  private long number(JsonNode from, String name) {
    JsonNode value = from.path(name);
    if (!value.isIntegralNumber()) {
      throw new IllegalStateException("there is no number \"" + name + "\" in " + this);
    }
    return value.longValue();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s #%d %s%s: %s %s in revisions %d to %s",
        actor,
        number,
        action,
        with,
        outcome,
        got,
        after,
        before == Long.MAX_VALUE ? "?" : Long.toString(before));
  }
}
