package io.coord.locks.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.line.Admission;
import io.coord.core.internal.line.Entry;
import io.coord.core.internal.store.Changes;

/*
 * The rule of a read-write mutex: a writer at the head holds alone; else all readers before the first
 * writer hold together. Nobody overtakes, so neither side starves.
 *
 * A reader has the key n/read/U. A writer of ours has two, n/read/U and n/write/U, put by one
 * transaction; they stand beside each other in the line, and together are the writer. Downgrading
 * deletes n/write/U, and what is left is a reader at the same place.
 *
 * Why not a mark on the writer's key instead: etcd's Go recipe waits for the keys whose modification
 * revision is below its own, so a key that is written again is no longer seen by the Go clients behind
 * it, and a Go writer would be let in beside us. Keys of ours are therefore never written again. To a
 * Go client, which has one key for either side, our two keys are a reader and a writer whom it waits
 * for; and after the downgrade a reader, as to everybody.
 */

/**
 * Who holds a read-write mutex.
 *
 * @param prefixLength the length of what all keys of the line begin with
 */
public record ReadWriteAdmission(int prefixLength) implements Admission {

  /** What stands after the prefix in the keys of readers. */
  public static final Bytes READ = Bytes.utf8("read/");

  /** What stands after the prefix in the keys of writers. */
  public static final Bytes WRITE = Bytes.utf8("write/");

  @Override
  public int admitted(Iterable<Entry> line) {
    int readers = 0;
    Entry last = null;
    for (Entry entry : line) {
      if (isWrite(entry.key())) {
        boolean besideItsOwn = last != null && isSamePlace(last, entry);
        int before = besideItsOwn ? readers - 1 : readers;
        return before == 0 ? readers + 1 : before;
      }
      readers++;
      last = entry;
    }
    return readers;
  }

  @Override
  public boolean counts(Bytes key, int prefix) {
    Bytes rest = key.from(Math.min(prefix, key.length()));
    return isPlace(rest, READ) || isPlace(rest, WRITE);
  }

  @Override
  public Changes changesThatMatter() {
    return Changes.DELETIONS;
  }

  private static boolean isPlace(Bytes rest, Bytes side) {
    return rest.startsWith(side)
        && rest.length() > side.length()
        && !rest.contains((byte) '/', side.length());
  }

  /** Whether a key that counts is a writer's. */
  public boolean isWrite(Bytes key) {
    return key.at(prefixLength) == WRITE.at(0);
  }

  /** Whether a read entry and a write entry are two keys of one place. */
  public boolean isSamePlace(Entry read, Entry write) {
    return read.createRevision() == write.createRevision()
        && read.key()
            .from(prefixLength + READ.length())
            .equals(write.key().from(prefixLength + WRITE.length()));
  }
}
