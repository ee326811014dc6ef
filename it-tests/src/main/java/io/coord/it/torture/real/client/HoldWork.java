package io.coord.it.torture.real.client;

import io.coord.core.Bytes;
import io.coord.core.FencingToken;
import io.coord.core.Guard;
import io.coord.core.Release;
import io.coord.it.torture.real.history.Operation;
import java.util.HashMap;
import java.util.Map;

/**
 * What is done while something is held: writes that etcd makes only if it is held still. Their
 * revisions tell, whatever anybody believes, who held it when.
 */
final class HoldWork {

  private static final String REGISTERS = "torture/register/";

  private final Hands hands;
  private final Bytes register;

  HoldWork(Hands hands, String primitive) {
    this.hands = hands;
    this.register = Bytes.utf8(REGISTERS + primitive);
  }

  /** Works for a few milliseconds; gives false when the hold turned out to be lost. */
  boolean work(FencingToken token, Guard guard, Map<String, ?> kind) throws InterruptedException {
    Map<String, Object> with = new HashMap<>(kind);
    with.put(Operation.TOKEN, token.value());
    Bytes value = Bytes.utf8(hands.name() + " " + token.value());
    int writes = 2 + hands.random().nextInt(2);
    for (int i = 0; i < writes; i++) {
      if (!hands
          .recorder()
          .write("write", with, hands.coord().transaction().require(guard).put(register, value))) {
        return false;
      }
      hands.pauseUpTo(5);
    }
    return true;
  }

  /**
   * Works for a few milliseconds without a guard. A lock that is held so is handed on to the next
   * one of its process while its key is being deleted.
   */
  void workUnguarded() throws InterruptedException {
    hands.pauseUpTo(5);
  }

  /** Lets go. */
  void release(FencingToken token, Recorder.Doing<Release> release) throws InterruptedException {
    hands
        .recorder()
        .call(
            "release",
            Map.of(Operation.TOKEN, token.value()),
            release,
            found -> Map.of("found", found));
  }
}
