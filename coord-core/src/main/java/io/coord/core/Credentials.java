package io.coord.core;

/**
 * A user of etcd's own authentication. Its {@link #toString} never shows the password.
 *
 * @param user the user's name
 * @param password the user's password
 */
public record Credentials(String user, String password) {

  @Override
  public String toString() {
    return "Credentials[user=" + user + ", password=***]";
  }
}
