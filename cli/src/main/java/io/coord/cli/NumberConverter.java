package io.coord.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads whole numbers. */
final class NumberConverter implements ITypeConverter<Integer> {

  @Override
  public Integer convert(String text) {
    try {
      return Integer.valueOf(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException(
          "'"
              + text
              + "' is no whole number; expected one such as 3, at most "
              + Integer.MAX_VALUE);
    }
  }
}
