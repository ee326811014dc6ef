package io.coord.it.torture.simulated.model;

/** Whether anybody but the workers deletes keys and revokes leases. */
public enum Strangers {
  KEEP_OUT,
  MEDDLE
}
