package io.coord.cli;

import io.coord.cli.queue.QueueKind;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a kind of queue. */
final class KindConverter implements ITypeConverter<QueueKind> {

  private static final List<QueueKind> KINDS = List.of(QueueKind.values());

  @Override
  public QueueKind convert(String text) {
    return KINDS.stream()
        .filter(kind -> kind.toString().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'" + text + "' is no kind of queue; expected one of " + KINDS));
  }
}
