package io.coord.cli;

import io.coord.core.internal.Names;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Refuses names that nothing can have, before anything begins. */
final class NameConverter implements ITypeConverter<String> {

  /** What Java makes of bytes that the locale has no character for. */
  private static final char UNREADABLE = '\uFFFD';

  /**
   * Gives a text, if it is what was typed.
   *
   * @throws IllegalArgumentException otherwise
   */
  static String readable(String what, String text) {
    if (text.indexOf(UNREADABLE) >= 0) {
      throw new IllegalArgumentException(
          "the "
              + what
              + " has characters that the locale cannot express; expected a locale with UTF-8,"
              + " such as LC_ALL=C.UTF-8, or a "
              + what
              + " in ASCII");
    }
    return text;
  }

  @Override
  public String convert(String name) {
    try {
      return Names.check("lock, election, queue or barrier", readable("name", name));
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
