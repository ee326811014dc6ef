package io.coord.cli;

import io.coord.core.internal.Names;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Refuses names that no lock and no election can have, before anything begins. */
final class NameConverter implements ITypeConverter<String> {

  /** What Java makes of bytes that the locale has no character for. */
  private static final char UNREADABLE = '\uFFFD';

  @Override
  public String convert(String name) {
    if (name.indexOf(UNREADABLE) >= 0) {
      throw new TypeConversionException(
          "the name has characters that the locale cannot express; expected a locale with UTF-8,"
              + " such as LC_ALL=C.UTF-8, or a name in ASCII");
    }
    try {
      return Names.check("lock or election", name);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
