package io.coord.testkit.internal.cluster;

import java.net.InetSocketAddress;
import java.net.URI;
import org.opentest4j.TestAbortedException;

/** A member of the user's cluster: whoever wants to break it is told that this is not possible. */
final class ExternalMember implements MemberHost {

  private final URI uri;

  ExternalMember(URI uri) {
    this.uri = uri;
  }

  static TestAbortedException noFaults() {
    return new TestAbortedException(
        "needs faults, which cannot be made in the cluster that COORD_ENDPOINTS names");
  }

  @Override
  public void start() {
    throw noFaults();
  }

  @Override
  public void kill() {
    throw noFaults();
  }

  @Override
  public void stop() {
    throw noFaults();
  }

  @Override
  public void freeze() {
    throw noFaults();
  }

  @Override
  public void thaw() {
    throw noFaults();
  }

  @Override
  public void isolate() {
    throw noFaults();
  }

  @Override
  public void rejoin() {
    throw noFaults();
  }

  @Override
  public InetSocketAddress clientAddress() {
    return InetSocketAddress.createUnresolved(uri.getHost(), Math.max(0, uri.getPort()));
  }

  @Override
  public URI adminUri() {
    return uri;
  }

  @Override
  public String logTail() {
    return "(the log of " + uri + " is not known here)";
  }

  @Override
  public String toString() {
    return uri.toString();
  }
}
