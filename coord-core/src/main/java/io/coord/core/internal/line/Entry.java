package io.coord.core.internal.line;

import io.coord.core.Bytes;

/**
 * A place in a line: a key, and the revision at which it came into being. The same key created
 * again later is another entry. Ordered as the line is: first come, first served.
 */
public record Entry(Bytes key, long createRevision) implements Comparable<Entry> {

  @Override
  public int compareTo(Entry other) {
    int byRevision = Long.compare(createRevision, other.createRevision);
    return byRevision != 0 ? byRevision : key.compareTo(other.key);
  }
}
