package io.coord.core.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The attachments of one connection, one of each type. */
final class Attachments {

  private final Map<Class<? extends Attachment>, Attachment> byType = new ConcurrentHashMap<>();
  private volatile boolean closed;

  <T extends Attachment> T get(Class<T> type, Supplier<T> maker) {
    Attachment attachment = byType.computeIfAbsent(type, absent -> maker.get());
    if (closed) {
      attachment.close();
    }
    return type.cast(attachment);
  }

  void close() {
    closed = true;
    byType.values().forEach(Attachment::close);
  }
}
