package io.coord.cli.program;

import java.io.PrintWriter;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.function.Consumer;

/** Puts the time of day before each line, so that two terminals can be compared. */
public final class Timestamps implements Consumer<String> {

  private static final DateTimeFormatter FORM = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

  private final Consumer<String> out;

  public Timestamps(Consumer<String> out) {
    this.out = out;
  }

  /**
   * Writes the lines so. What says a line when nobody reads it any more gets an {@link
   * IllegalStateException}: it need not go on.
   */
  public static Timestamps on(PrintWriter out) {
    return new Timestamps(
        line -> {
          out.println(line);
          if (out.checkError()) {
            throw new IllegalStateException("nobody reads the output");
          }
        });
  }

  @Override
  public void accept(String line) {
    out.accept(LocalTime.now(ZoneId.systemDefault()).format(FORM) + " " + line);
  }
}
