/** What etcd knows of a lock or an election, for people and for programs. */
@NullMarked
package io.coord.cli.show;

import org.jspecify.annotations.NullMarked;
