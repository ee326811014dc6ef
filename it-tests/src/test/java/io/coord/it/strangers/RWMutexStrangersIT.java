package io.coord.it.strangers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coord.core.Session;
import io.coord.locks.LockHold;
import io.coord.locks.RWMutex;
import io.coord.locks.WriteHold;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Our read-write mutex and the recipe of etcd's Go client on one name. */
@EtcdTest
class RWMutexStrangersIT extends BesideStrangers {

  RWMutexStrangersIT(EtcdCluster cluster) {
    super(cluster);
  }

  private RWMutex ours() {
    return RWMutex.of(session, NAME);
  }

  @Test
  void readLock_goReadsToo_holdsBesideIt() throws Exception {
    try (Stranger reader = stranger("rwmutex")) {
      reader.ask("rlock");
      LockHold hold = get(ours().readLock().lockAsync());

      assertThat(hold.isHeld()).isTrue();
    }
  }

  @Test
  void writeLock_goReads_waitsForIt() throws Exception {
    try (Stranger reader = stranger("rwmutex")) {
      reader.ask("rlock");
      long before = cluster.keyCount();
      CompletableFuture<WriteHold> writer = ours().writeLock().lockAsync();
      awaitMoreKeysThan(before);

      assertThat(writer).isNotDone();
      reader.ask("runlock");
      assertThat(get(writer).isHeld()).isTrue();
    }
  }

  @Test
  void readLock_goWrites_waitsForIt() throws Exception {
    try (Stranger writer = stranger("rwmutex")) {
      writer.ask("lock");
      long before = cluster.keyCount();
      CompletableFuture<LockHold> reader = ours().readLock().lockAsync();
      awaitMoreKeysThan(before);

      assertThat(reader).isNotDone();
      writer.kill();
      assertThat(get(reader).isHeld()).isTrue();
    }
  }

  @Test
  void writeLock_goWriterAndReaderBehind_waitUntilItIsReleased() throws Exception {
    WriteHold hold = get(ours().writeLock().lockAsync());
    try (Stranger writer = stranger("rwmutex");
        Stranger reader = stranger("rwmutex")) {
      long before = cluster.keyCount();
      writer.tell("lock");
      awaitMoreKeysThan(before);
      reader.tell("rlock");
      awaitMoreKeysThan(before + 1);

      assertThat(writer.isWaiting()).isTrue();
      hold.close();
      writer.answer();
      assertThat(reader.isWaiting()).isTrue();
      writer.ask("unlock");
      reader.answer();
    }
  }

  @Test
  void writeLock_ourHoldersSessionEnds_isTheGoWriters() throws Exception {
    Session other = newSession();
    RWMutex.of(other, NAME).writeLock().lock();
    try (Stranger writer = stranger("rwmutex")) {
      long before = cluster.keyCount();
      writer.tell("lock");
      awaitMoreKeysThan(before);
      assertThat(writer.isWaiting()).isTrue();
      other.close();

      writer.answer();
    }
  }

  @Test
  void downgrade_goWriterBehind_staysOut() throws Exception {
    WriteHold written = get(ours().writeLock().lockAsync());
    try (Stranger writer = stranger("rwmutex")) {
      long before = cluster.keyCount();
      writer.tell("lock");
      awaitMoreKeysThan(before);
      LockHold read = get(written.downgradeAsync());
      CompletableFuture<LockHold> probe = ours().readLock().lockAsync();
      awaitMoreKeysThan(before);

      assertThat(read.isHeld()).isTrue();
      assertThat(writer.isWaiting()).isTrue();
      assertThat(probe).isNotDone();
      read.close();
      writer.answer();
      writer.ask("unlock");
      assertThat(get(probe).isHeld()).isTrue();
    }
  }

  private void awaitMoreKeysThan(long count) {
    await().atMost(BOUND).until(() -> cluster.keyCount() > count);
  }
}
