package io.coord.core.internal.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Names for keys under one lease: each is in use once at a time.
 *
 * <p>A name that was given back is given again, before any new one. etcd keeps a deleted key in its
 * index until the next compaction, and every read of a range passes it there; so a line whose keys
 * all had names of their own would become slower with each that ever stood in it.
 */
final class KeyNames {

  private final String prefix;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final Deque<String> free = new ArrayDeque<>();

  @GuardedBy("lock")
  private long taken;

  KeyNames(String prefix) {
    this.prefix = prefix;
  }

  String take() {
    lock.lock();
    try {
      return free.isEmpty() ? prefix + Long.toHexString(++taken) : free.pop();
    } finally {
      lock.unlock();
    }
  }

  void giveBack(String name) {
    lock.lock();
    try {
      free.push(name);
    } finally {
      lock.unlock();
    }
  }
}
