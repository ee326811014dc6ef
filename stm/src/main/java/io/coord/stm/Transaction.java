package io.coord.stm;

import io.coord.core.Bytes;
import io.coord.core.Codec;
import io.coord.core.Guard;
import java.util.Optional;

/**
 * What a {@link TransactionBody} reads and writes through.
 *
 * <p>All reads of one attempt are of one revision of etcd, fixed by the first; they also see what
 * the attempt itself has written. Writes are kept until the body ends, and are then committed
 * together, or not at all.
 *
 * <p>A read of a key that this attempt has not read before blocks for one round trip, at most the
 * connection's request timeout, unless a conflict of the attempt before has already brought its
 * value. It can be interrupted. When a read fails, its attempt can no longer commit: let the
 * exception pass.
 *
 * <p>A transaction belongs to the thread that runs its body, until the body ends. Any other use
 * throws {@link IllegalStateException}.
 */
public interface Transaction {

  /**
   * Reads a value.
   *
   * @param key the key, not empty
   * @return the value, or empty when the key does not exist
   * @throws InterruptedException when the thread is interrupted while it waits
   * @throws io.coord.core.UnavailableException when no member of the cluster answered in time
   * @throws io.coord.core.RefusedException when etcd refuses the read, or the key is one more than
   *     etcd takes in one transaction, naming the limit
   */
  Optional<Bytes> get(Bytes key) throws InterruptedException;

  /**
   * Reads text, as {@link #get(Bytes)} does.
   *
   * @param key the key, not empty
   * @return the text, or empty when the key does not exist
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  default Optional<String> get(String key) throws InterruptedException {
    return get(key, Codec.utf8());
  }

  /**
   * Reads a value and decodes it, as {@link #get(Bytes)} does.
   *
   * @param <T> the type of the value
   * @param key the key, not empty
   * @param codec decodes it
   * @return the value, or empty when the key does not exist
   * @throws InterruptedException when the thread is interrupted while it waits
   * @throws IllegalArgumentException when the codec cannot decode what is stored
   */
  default <T> Optional<T> get(String key, Codec<T> codec) throws InterruptedException {
    return get(Bytes.utf8(key)).map(codec::decode);
  }

  /**
   * Writes a value, when the transaction commits. Does not block.
   *
   * @param key the key, not empty
   * @param value its new value
   * @throws io.coord.core.RefusedException when the key is one more than etcd takes in one
   *     transaction, naming the limit
   */
  void put(Bytes key, Bytes value);

  /**
   * Writes text, as {@link #put(Bytes, Bytes)} does.
   *
   * @param key the key, not empty
   * @param value its new value
   */
  default void put(String key, String value) {
    put(key, value, Codec.utf8());
  }

  /**
   * Encodes a value and writes it, as {@link #put(Bytes, Bytes)} does.
   *
   * @param <T> the type of the value
   * @param key the key, not empty
   * @param value its new value
   * @param codec encodes it
   */
  default <T> void put(String key, T value, Codec<T> codec) {
    put(Bytes.utf8(key), codec.encode(value));
  }

  /**
   * Deletes a key, when the transaction commits; one that does not exist is no error. Does not
   * block.
   *
   * @param key the key, not empty
   * @throws io.coord.core.RefusedException when the key is one more than etcd takes in one
   *     transaction, naming the limit
   */
  void delete(Bytes key);

  /**
   * Deletes a key, as {@link #delete(Bytes)} does.
   *
   * @param key the key, not empty
   */
  default void delete(String key) {
    delete(Bytes.utf8(key));
  }

  /**
   * Makes the commit depend on something that is held: a lock, a leadership. If it is held no more
   * when etcd comes to the commit, nothing is written and the transaction fails with {@link
   * io.coord.core.GuardFailedException}, without another attempt. Does not block.
   *
   * @param guard what must be true at the commit
   * @throws io.coord.core.RefusedException when its key is one more than etcd takes in one
   *     transaction, naming the limit
   */
  void require(Guard guard);

  /**
   * Returns the revision of a key's last change, as of the revision that this attempt reads. The
   * attempt's own writes do not show in it. Reads the key as {@link #get(Bytes)} does.
   *
   * @param key the key, not empty
   * @return its modification revision, or 0 when the key does not exist
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  long rev(Bytes key) throws InterruptedException;

  /**
   * Returns the revision of a key's last change, as {@link #rev(Bytes)} does.
   *
   * @param key the key, not empty
   * @return its modification revision, or 0 when the key does not exist
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  default long rev(String key) throws InterruptedException {
    return rev(Bytes.utf8(key));
  }
}
