package io.coord.testkit.sim;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Everybody who talks to the simulated server. */
final class Clients {

  private final World world;
  private final Server server;
  private final Network network;
  private final Map<String, Client> byName = new LinkedHashMap<>();

  /** One client: its process, and the store in it. */
  record Client(ClientProcess process, ClientStore store) {

    boolean isAlive() {
      return !process.isDead() && !store.isClosed();
    }
  }

  Clients(World world, Server server) {
    this.world = world;
    this.server = server;
    this.network = new Network(world, server);
  }

  /** Adds a client; its name must not be that of one that is alive. */
  Client add(String name, Duration requestTimeout) {
    Client former = byName.get(name);
    if (former != null && former.isAlive()) {
      throw new IllegalArgumentException(
          "there is a client named \"" + name + "\" already; close it first, or choose another");
    }
    ClientProcess process = new ClientProcess(name, world);
    ClientStore store = new ClientStore(world, server, network, process, requestTimeout);
    Client client = new Client(process, store);
    byName.put(name, client);
    return client;
  }

  /** The client of a name; the newest, if there were several. */
  Client get(String name) {
    Client client = byName.get(name);
    if (client == null) {
      throw new IllegalArgumentException(
          "there is no client named \"" + name + "\"; known are " + byName.keySet());
    }
    return client;
  }

  List<Client> alive() {
    return byName.values().stream().filter(Client::isAlive).toList();
  }
}
