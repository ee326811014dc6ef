package io.coord.cli.program;

import io.coord.cli.shell.Action;
import java.util.List;

/** Something that is told what to do, an action after the other. Used by one thread. */
public interface Program extends AutoCloseable {

  /** What it can be told. */
  List<Action> actions();

  /** Nothing more will be told: waits until what goes on in the background is over. */
  void awaitEnd() throws InterruptedException;

  /** Gives up what there is: nothing of it remains in etcd that would not remain by itself. */
  @Override
  void close();
}
