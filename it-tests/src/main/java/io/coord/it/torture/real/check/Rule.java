package io.coord.it.torture.real.check;

import io.coord.it.torture.real.history.Operation;
import java.util.List;

/** What must be so in the history of one primitive. */
public interface Rule {

  /** Judges what all actors did with the primitive; in order for each of them. */
  void check(List<Operation> history, Verdict verdict);
}
