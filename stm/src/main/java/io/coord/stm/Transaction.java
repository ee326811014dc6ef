package io.coord.stm;

import io.coord.core.Bytes;
import io.coord.core.Codec;
import io.coord.core.Guard;
import io.coord.core.Session;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;

/**
 * What a {@link TransactionBody} reads and writes through.
 *
 * <p>At the serializable levels of {@link Isolation}, all reads of one attempt are of one revision
 * of etcd, fixed by the first, whichever member answers; they also see what the attempt itself has
 * written, and what transactions of the same connection write that share its commit and come before
 * it ({@link CommitSharing}). Writes are kept until the body ends, and are then committed together,
 * or not at all.
 *
 * <p>A read of a key that this attempt has not read before blocks for one round trip, at most the
 * connection's request timeout, unless a conflict of the attempt before has already brought its
 * value, or it is remembered from another transaction ({@link CommitSharing}). It can be
 * interrupted. When a read fails, its attempt can no longer commit: let the exception pass.
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
   * Reads several values, together: those that this attempt has not read before take one round trip
   * (one for each {@link StmOptions#maxOperations()} of them). Otherwise as {@link #get(Bytes)}.
   *
   * @param keys the keys, none of them empty
   * @return the values of those keys that exist, in the order of the keys; cannot be changed
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  Map<Bytes, Bytes> getAll(Collection<Bytes> keys) throws InterruptedException;

  /**
   * Reads several texts, as {@link #getAll(Collection)} does.
   *
   * @param keys the keys, none of them empty
   * @return the texts of those keys that exist, in the order of the keys; cannot be changed
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  default Map<String, String> getAll(String... keys) throws InterruptedException {
    return getAll(List.of(keys), Codec.utf8());
  }

  /**
   * Reads several values and decodes them, as {@link #getAll(Collection)} does.
   *
   * @param <T> the type of the values
   * @param keys the keys, none of them empty
   * @param codec decodes each
   * @return the values of those keys that exist, in the order of the keys; cannot be changed
   * @throws InterruptedException when the thread is interrupted while it waits
   * @throws IllegalArgumentException when the codec cannot decode what is stored
   */
  default <T> Map<String, T> getAll(Collection<String> keys, Codec<T> codec)
      throws InterruptedException {
    Map<String, T> found = new LinkedHashMap<>();
    getAll(keys.stream().map(Bytes::utf8).toList())
        .forEach((key, value) -> found.put(key.utf8(), codec.decode(value)));
    return Collections.unmodifiableMap(found);
  }

  /**
   * Reads every key that begins with a prefix, with its value; sees the attempt's own writes.
   * Blocks for one round trip, unless the conflict of the attempt before has brought the range.
   *
   * <p>At the levels {@link Isolation#SERIALIZABLE_SNAPSHOT} and {@link Isolation#SERIALIZABLE} the
   * range is guarded against phantoms, that is: against insertions and deletions as well as changes
   * by others. The guard is made of etcd's compares. One says of the whole range that the
   * modification revision of each of its keys is at most the revision that was read: it fails when
   * a key of the range was inserted, or changed, since. (etcd compares a range without keys as if
   * it had one of revision 0, so it holds for one that stayed empty.) A deleted key is in the range
   * no more, so it takes a second kind: each key that was found must have the modification revision
   * with which it was found. That is one compare for each key and one more for the range, and etcd
   * limits them like operations; so a range of more keys than {@link StmOptions#maxOperations()}
   * cannot be read in a transaction that writes. At {@link Isolation#REPEATABLE_READS} there is
   * only the second kind, at {@link Isolation#READ_COMMITTED} none.
   *
   * @param prefix what the keys begin with; when empty, every key there is
   * @return the values by key, in the order of the keys; cannot be changed
   * @throws InterruptedException when the thread is interrupted while it waits
   * @throws io.coord.core.UnavailableException when no member of the cluster answered in time
   * @throws io.coord.core.RefusedException when etcd refuses the read, or the range has more keys
   *     than etcd takes in one transaction, naming the limit
   */
  NavigableMap<Bytes, Bytes> getRange(Bytes prefix) throws InterruptedException;

  /**
   * Reads every key that begins with a prefix, as text, as {@link #getRange(Bytes)} does.
   *
   * @param prefix what the keys begin with; when empty, every key there is
   * @return the texts by key, in the order of the keys; cannot be changed
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  default Map<String, String> getRange(String prefix) throws InterruptedException {
    return getRange(prefix, Codec.utf8());
  }

  /**
   * Reads every key that begins with a prefix, and decodes the values, as {@link #getRange(Bytes)}
   * does.
   *
   * @param <T> the type of the values
   * @param prefix what the keys begin with; when empty, every key there is
   * @param codec decodes each value
   * @return the values by key, in the order of the keys; cannot be changed
   * @throws InterruptedException when the thread is interrupted while it waits
   * @throws IllegalArgumentException when the codec cannot decode what is stored
   */
  default <T> Map<String, T> getRange(String prefix, Codec<T> codec) throws InterruptedException {
    Map<String, T> found = new LinkedHashMap<>();
    getRange(Bytes.utf8(prefix))
        .forEach((key, value) -> found.put(key.utf8(), codec.decode(value)));
    return Collections.unmodifiableMap(found);
  }

  /**
   * Writes a value, when the transaction commits. Does not block. Of several writes of a key the
   * last one counts.
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
   * Writes a value under the lease of a session, when the transaction commits: the key goes with
   * the session. Does not block. Written without a session, the key loses the lease that it had.
   *
   * @param key the key, not empty
   * @param value its new value
   * @param session whose lease it is bound to; of this cluster, but of any connection to it
   * @throws io.coord.core.SessionLostException when the session is lost. The whole transaction
   *     fails with it when etcd turns out not to have the lease: nothing was written
   * @throws io.coord.core.ClosedException when the session is closed
   * @throws io.coord.core.RefusedException when the key is one more than etcd takes in one
   *     transaction, naming the limit
   */
  void put(Bytes key, Bytes value, Session session);

  /**
   * Writes text under the lease of a session, as {@link #put(Bytes, Bytes, Session)} does.
   *
   * @param key the key, not empty
   * @param value its new value
   * @param session whose lease it is bound to
   */
  default void put(String key, String value, Session session) {
    put(key, value, Codec.utf8(), session);
  }

  /**
   * Encodes a value and writes it under the lease of a session, as {@link #put(Bytes, Bytes,
   * Session)} does.
   *
   * @param <T> the type of the value
   * @param key the key, not empty
   * @param value its new value
   * @param codec encodes it
   * @param session whose lease it is bound to
   */
  default <T> void put(String key, T value, Codec<T> codec, Session session) {
    put(Bytes.utf8(key), codec.encode(value), session);
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
   * @throws io.coord.core.RefusedException when it is one more than etcd takes in one transaction,
   *     naming the limit; a guard counts as much as a key, and beside its own key
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
