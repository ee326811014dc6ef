package io.coord.cli;

import io.coord.core.internal.Names;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Refuses names that no lock and no election can have, before anything begins. */
final class NameConverter implements ITypeConverter<String> {

  @Override
  public String convert(String name) {
    try {
      return Names.check("lock or election", name);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
