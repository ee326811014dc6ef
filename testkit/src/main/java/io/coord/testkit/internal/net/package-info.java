/**
 * The fixture's own TCP links: one thread per cluster forwards bytes and can stop forwarding them.
 *
 * <p>Clients reach every member through a {@link io.coord.testkit.internal.net.ClientLink}, whose
 * address never changes. Members that are processes reach each other through a {@link
 * io.coord.testkit.internal.net.PeerMesh}. Nothing here needs a privilege of the system.
 */
@NullMarked
package io.coord.testkit.internal.net;

import org.jspecify.annotations.NullMarked;
