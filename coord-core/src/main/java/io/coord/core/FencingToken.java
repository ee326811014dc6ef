package io.coord.core;

/**
 * A number that rises with every grant of one lock, over all clients: the create revision of the
 * holder's key.
 *
 * <p>Pass it along with every write that the lock protects, and have the receiver refuse a token
 * smaller than one that it has seen. Only then is a holder that was paused beyond its lease, and
 * does not know it yet, kept from doing harm.
 *
 * @param value the number
 */
public record FencingToken(long value) implements Comparable<FencingToken> {

  @Override
  public int compareTo(FencingToken other) {
    return Long.compare(value, other.value);
  }
}
