// The relay between a client and a real server: once silent, it makes any server look like one that never answers.

import { once } from "node:events";
import { connect, createServer } from "node:net";

import { load } from "./workshop.mjs";

const HOST = "127.0.0.1";

export class Relay {
  #server;
  #sockets = [];
  #isSilent = false;
  /** `127.0.0.1:PORT`. */
  host;
  /** The Close frames that clients sent since it is silent, as they were on the wire. */
  closesReceived = [];

  /** Relays to what listens on the port. It knows of bytes only, and passes on no end of a connection. */
  static async start(port) {
    const relay = new Relay();
    relay.#server = createServer({ allowHalfOpen: true }, (client) =>
      relay.#join(client, connect(port, HOST)),
    );
    await once(relay.#server.listen(0, HOST), "listening");
    relay.host = `${HOST}:${relay.#server.address().port}`;
    return relay;
  }

  #join(client, upstream) {
    const { Receiver } = load("ws");
    const receiver = new Receiver({ isServer: true });
    receiver.on("conclude", (code, reason) => this.closesReceived.push({ code, reason: `${reason}` }));
    client.on("data", (bytes) => (this.#isSilent ? receiver : upstream).write(bytes));
    upstream.on("data", (bytes) => this.#isSilent || client.write(bytes));
    this.#sockets.push(client, upstream);
  }

  /** From now on nothing passes, in neither direction; the connections stay. */
  fallSilent() {
    this.#isSilent = true;
  }

  async end() {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    await once(this.#server.close(), "close");
  }
}
