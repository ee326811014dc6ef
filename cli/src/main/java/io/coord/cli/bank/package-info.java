/** The bank: money moves between accounts in transactions, and none is made or lost. */
@NullMarked
package io.coord.cli.bank;

import org.jspecify.annotations.NullMarked;
