package io.coord.core.internal.line;

/**
 * What the holder of a ticket was told.
 *
 * @param entry its place; the create revision is the fencing token
 * @param revision a revision at which its key was there, and everyone that it waited for was gone
 *     or has been let go by this process
 */
public record Grant(Entry entry, long revision) {}
