package io.coord.stm;

/**
 * What the transactions of one connection have come to since its first.
 *
 * @param commits transactions that took effect, those that only read too
 * @param attempts runs of a body
 * @param conflicts attempts that met a conflict
 */
public record StmCounters(long commits, long attempts, long conflicts) {}
