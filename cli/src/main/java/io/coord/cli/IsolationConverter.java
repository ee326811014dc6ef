package io.coord.cli;

import io.coord.stm.Isolation;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads an isolation level: its name in small letters, with hyphens. */
final class IsolationConverter implements ITypeConverter<Isolation> {

  static final String NAMES =
      Arrays.stream(Isolation.values())
          .map(IsolationConverter::name)
          .collect(Collectors.joining(", "));

  @Override
  public Isolation convert(String text) {
    return Arrays.stream(Isolation.values())
        .filter(level -> name(level).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'" + text + "' is not an isolation level; expected one of " + NAMES));
  }

  static String name(Isolation level) {
    return level.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
