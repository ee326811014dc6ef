package io.coord.core.internal.line;

/**
 * When a place of this process that is being left is taken over by the next one of this process.
 */
public enum Handover {

  /**
   * As soon as leaving was asked for, while the deletion of the key is under way: nobody acts by
   * the key any more. The order is etcd's all the same, and other processes wait until the key is
   * gone.
   */
  AT_ONCE,

  /**
   * Once etcd has said that the key is gone: something that was sent under the key's guard may be
   * on its way still.
   */
  ONCE_GONE
}
