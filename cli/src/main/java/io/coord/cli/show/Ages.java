package io.coord.cli.show;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times for people, by the clock of this machine. */
final class Ages {

  private static final long SECONDS_UNTIL_MINUTES = 120;
  private static final long MINUTES_UNTIL_HOURS = 120;
  private static final long HOURS_UNTIL_DAYS = 48;

  private Ages() {}

  /** To the second. */
  static String time(Instant since) {
    return since.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** How many seconds ago it was; never less than none, though clocks differ. */
  static long seconds(Instant since, Instant now) {
    return Math.max(0, Duration.between(since, now).toSeconds());
  }

  /** How long ago it was, roughly. */
  static String text(Instant since, Instant now) {
    Duration age = Duration.ofSeconds(seconds(since, now));
    if (age.toSeconds() < SECONDS_UNTIL_MINUTES) {
      return age.toSeconds() + " s";
    }
    if (age.toMinutes() < MINUTES_UNTIL_HOURS) {
      return age.toMinutes() + " min";
    }
    return age.toHours() < HOURS_UNTIL_DAYS ? age.toHours() + " h" : age.toDays() + " days";
  }
}
