package io.coord.it.store;

/** A part of the contract between the primitives and a store. */
interface Rules {

  Lab lab();
}
