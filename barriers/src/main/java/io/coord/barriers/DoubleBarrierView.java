package io.coord.barriers;

import io.coord.barriers.internal.Attendance;
import io.coord.core.Coord;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.Names;
import java.util.concurrent.CompletableFuture;

/**
 * Who takes part in a {@link DoubleBarrier}, for those who do not: people and monitoring. Writes
 * nothing, and needs no session and no more than the permission to read. Cheap to make: it needs no
 * closing. Safe to share between threads.
 */
public final class DoubleBarrierView {

  private final CoordRuntime coord;
  private final String name;
  private final Attendance attendance;

  private DoubleBarrierView(CoordRuntime coord, String name) {
    this.coord = coord;
    this.name = Names.check("double barrier", name);
    this.attendance = new Attendance(coord, name);
  }

  /**
   * Names a double barrier to look at. Does not block.
   *
   * @param coord the connection
   * @param name the name; any text without NUL that is not empty
   * @return the view
   * @throws IllegalArgumentException when the name breaks the rule
   */
  public static DoubleBarrierView of(Coord coord, String name) {
    return new DoubleBarrierView(CoordRuntime.of(coord), name);
  }

  /**
   * Returns the name.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * Reads who takes part, whatever client they use. Blocks for three round trips, each for at most
   * the request timeout. How many the barrier takes is not stored, and not known here.
   *
   * @return the members
   * @throws io.coord.core.UnavailableException when no member of the cluster answered in time
   * @throws io.coord.core.RefusedException when etcd refuses, for a missing permission say
   * @throws io.coord.core.ClosedException when the connection is closed
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  public BarrierMembers members() throws InterruptedException {
    return Futures.await(attendance.read());
  }

  /**
   * Does what {@link #members()} does, without blocking. Dependent actions run on the connection's
   * callback executor.
   *
   * @return gives the members
   */
  public CompletableFuture<BarrierMembers> membersAsync() {
    return Futures.publish(attendance.read(), coord.callbacks(), members -> {});
  }

  @Override
  public String toString() {
    return "DoubleBarrierView[" + name + "]";
  }
}
