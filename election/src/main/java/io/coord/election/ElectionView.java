package io.coord.election;

import io.coord.core.Bytes;
import io.coord.core.Codec;
import io.coord.core.Contender;
import io.coord.core.Coord;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.Names;
import io.coord.core.internal.line.Admission;
import io.coord.core.internal.line.LineReader;
import io.coord.election.internal.LeaderReader;
import io.coord.election.internal.LeaderWatch;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * An election as those see it who do not stand in it. Needs no session, and only the permission to
 * read. Cheap to make: it holds nothing, and needs no closing. Safe to share between threads.
 *
 * @param <T> the type of the values
 */
public class ElectionView<T> {

  private final CoordRuntime coord;
  private final String name;
  private final Bytes prefix;
  private final Codec<T> codec;

  ElectionView(CoordRuntime coord, String name, Codec<T> codec) {
    this.coord = coord;
    this.name = name;
    this.prefix = Names.prefix("election", name);
    this.codec = codec;
  }

  /**
   * Names an election whose values are text. Does not block; nothing is read.
   *
   * @param coord the connection to read through
   * @param name the name; any text without NUL that is not empty
   * @return the view
   * @throws IllegalArgumentException when the name breaks the rule
   */
  public static ElectionView<String> of(Coord coord, String name) {
    return of(coord, name, Codec.utf8());
  }

  /**
   * Names an election, as {@link #of(Coord, String)} does.
   *
   * @param <T> the type of the values
   * @param coord the connection to read through
   * @param name the name
   * @param codec decodes the values
   * @return the view
   */
  public static <T> ElectionView<T> of(Coord coord, String name, Codec<T> codec) {
    return new ElectionView<>(CoordRuntime.of(coord), name, codec);
  }

  /**
   * Returns the name.
   *
   * @return the name
   */
  public final String name() {
    return name;
  }

  /**
   * Reads who leads, whatever client it uses. Blocks for one round trip, at most the request
   * timeout.
   *
   * @return the leader; empty when nobody stands
   * @throws IllegalArgumentException when the codec cannot decode the leader's value
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  public final Optional<Leader<T>> leader() throws InterruptedException {
    return Futures.await(new LeaderReader<>(coord.store(), prefix, codec).read());
  }

  /**
   * Does what {@link #leader()} does, without blocking. Dependent actions run on the connection's
   * callback executor.
   *
   * @return gives the leader
   */
  public final CompletableFuture<Optional<Leader<T>>> leaderAsync() {
    return Futures.publish(
        new LeaderReader<>(coord.store(), prefix, codec).read(), coord.callbacks(), tooLate -> {});
  }

  /**
   * Reads all who stand, in the order in which they will lead; the first one leads. Blocks for two
   * round trips, at most the request timeout each.
   *
   * @return the candidates
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  public final List<Contender> candidates() throws InterruptedException {
    return Futures.await(readCandidates());
  }

  /**
   * Does what {@link #candidates()} does, without blocking. Dependent actions run on the
   * connection's callback executor.
   *
   * @return gives the candidates
   */
  public final CompletableFuture<List<Contender>> candidatesAsync() {
    return Futures.publish(readCandidates(), coord.callbacks(), tooLate -> {});
  }

  private CompletableFuture<List<Contender>> readCandidates() {
    return new LineReader(coord.store()).read(prefix, Admission.FIRST);
  }

  /**
   * Tells the listener who leads now, or that nobody does, and then every change, in order: another
   * leader, another value, no leader. Never goes back to an older leader. It survives the loss of
   * members, of the leader and of the watch; only when etcd has compacted changes away before they
   * could be read, the newest state follows, and what came between is left out. Does not block.
   *
   * @param listener receives the events, one at a time, on the connection's callback executor; what
   *     it does not keep up with is kept in memory
   * @return the observation, which the caller closes; it ends with the connection
   */
  public final Observation observe(Consumer<? super ElectionEvent<T>> listener) {
    return LeaderWatch.begin(coord, prefix, codec, listener);
  }

  final CoordRuntime coord() {
    return coord;
  }

  final Bytes prefix() {
    return prefix;
  }

  final Codec<T> codec() {
    return codec;
  }

  @Override
  public String toString() {
    return getClass().getSimpleName() + "[" + name + "]";
  }
}
