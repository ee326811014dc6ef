package io.coord.core.internal;

import io.coord.core.Bytes;
import java.util.Objects;

/**
 * The rule for the names of primitives: any text that is not empty, has no NUL character, and can
 * be encoded. Slashes are kept as they are: {@code a}, {@code /a} and {@code a/} are three names.
 */
public final class Names {

  private Names() {}

  /**
   * Checks a name and gives what the keys of the primitive begin with: the name and a slash.
   *
   * @param kind what is named, for the message
   */
  public static Bytes prefix(String kind, String name) {
    return Bytes.utf8(check(kind, name) + "/");
  }

  /** Checks a name, and gives it. */
  public static String check(String kind, String name) {
    Objects.requireNonNull(name, () -> "the name of the " + kind + " is null; expected a text");
    if (name.isEmpty()) {
      throw new IllegalArgumentException(
          "the name of the " + kind + " is empty; expected at least one character");
    }
    int nul = name.indexOf('\0');
    if (nul >= 0) {
      throw new IllegalArgumentException(
          "the name of the "
              + kind
              + " has a NUL character at position "
              + nul
              + ", which is kept for bookkeeping; expected a name without");
    }
    try {
      Bytes unusedEncoding = Bytes.utf8(name);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the name of the " + kind + " is no valid Unicode text: " + name, e);
    }
    return name;
  }
}
