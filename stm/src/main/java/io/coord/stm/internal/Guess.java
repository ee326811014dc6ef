package io.coord.stm.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What an attempt reads that is alone and begins on what the last ones have left: see {@link
 * Convoy}. A range cannot be guessed. One that comes first makes it an attempt that reads by
 * itself; one that comes later makes it run again.
 */
final class Guess implements Reads {

  private final SharedReads remembered;
  private final Supplier<Reads> byItself;
  private Optional<Reads> instead = Optional.empty();

  Guess(SharedReads remembered, Supplier<Reads> byItself) {
    this.remembered = remembered;
    this.byItself = byItself;
  }

  /** What it has read through, unless it has turned to reading by itself. */
  Optional<SharedReads> company() {
    return instead.isPresent() ? Optional.empty() : Optional.of(remembered);
  }

  @Override
  public Optional<KeyValue> key(Bytes key) throws InterruptedException {
    return reads().key(key);
  }

  @Override
  public long revision(Bytes key) throws InterruptedException {
    return reads().revision(key);
  }

  @Override
  public void all(Collection<Bytes> wanted) throws InterruptedException {
    reads().all(wanted);
  }

  @Override
  public List<KeyValue> range(KeyRange range) throws InterruptedException {
    if (remembered.cells().isEmpty() && instead.isEmpty()) {
      instead = Optional.of(byItself.get());
    }
    return reads().range(range);
  }

  @Override
  public ReadSet taken() {
    return reads().taken();
  }

  private Reads reads() {
    return instead.orElse(remembered);
  }
}
