// The peer of one row: a misbehaving server of its own, since some engines make a host and port wait on which a
// connection ended badly. What it saw is told in this machine's clock, which the engines' is, too.

import { closesReceived, Server } from "../npm/server.mjs";

/** What tells the row's connection from a page that it asks for. */
const TAG = "row";
/** The server's own limit. */
const LONGEST_WAIT_MS = 60_000;

export class Peer {
  #server;
  /** Milliseconds from 1970 to the zero of the log's clock. */
  #epoch = Number.POSITIVE_INFINITY;

  static async start(directory) {
    const peer = new Peer();
    peer.#server = await Server.start(directory);
    return peer;
  }

  /** `http://host:port`, also the origin of the files in the directory. */
  get origin() {
    return this.#server.address;
  }

  url(path) {
    const url = new URL(path, this.origin.replace("http", "ws"));
    url.searchParams.set("tag", TAG);
    return url.href;
  }

  /** Waits until TCP has ended, but not beyond this time; `deadline` gives it, and may move. */
  async end(deadline) {
    let seen;
    do {
      const leftMs = Math.round(Math.min(Math.max(deadline() - Date.now(), 0), LONGEST_WAIT_MS));
      seen = await this.#ask({ until: "ended", timeout: leftMs });
    } while (seen.endedAt === null && Date.now() < deadline());
    return seen;
  }

  /** Ends the server, and with it every connection. */
  stop() {
    return this.#server.end();
  }

  async #ask(query) {
    const response = await fetch(`${this.origin}/log?${new URLSearchParams({ tag: TAG, ...query })}`);
    const { connections, now } = await response.json();
    // An answer takes its time, but is never early: the least difference is the best.
    this.#epoch = Math.min(this.#epoch, Date.now() - now);
    if (connections.length !== 1) {
      throw new Error(`a row has one connection, and the peer has seen ${connections.length}`);
    }
    return this.#told(connections[0]);
  }

  #told(connection) {
    const sent = connection.frames.find(
      ({ opcode, direction }) => opcode === "close" && direction === "sent",
    );
    const { ended } = connection;
    return {
      startedAt: this.#epoch + connection.startedAt,
      closesReceived: closesReceived(connection),
      closeSent: sent ? { code: sent.code, reason: sent.reason } : null,
      closeSentAt: sent ? this.#epoch + sent.at : null,
      endedAt: ended ? this.#epoch + ended.at : null,
      endedBy: ended?.by ?? null,
    };
  }
}
