// The misbehaving server of one test file: started on a free port, asked what it saw on the wire, and ended.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const TARGET = fileURLToPath(new URL("../../target", import.meta.url));
const HTTP_OK = 200;

export class Server {
  #process;
  /** `http://127.0.0.1:PORT`, which is also the origin of the pages. */
  address;

  /** Serves the directory. It ends with the test process, also if that is killed. */
  static async start(directory, { profile = "debug" } = {}) {
    const server = new Server();
    const program = join(TARGET, profile, "misbehaving-server");
    server.#process = spawn(program, ["--port", "0", "--www", directory, "--exit-with-stdin"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const [line] = await once(createInterface({ input: server.#process.stdout }), "line");
    server.address = /http:\S+/.exec(line)[0];
    return server;
  }

  async end() {
    const exited = once(this.#process, "exit");
    this.#process.stdin.end();
    await exited;
  }

  /** The connections with the tag; if `until` is given, as soon as all have come so far. */
  async connections(tag, until) {
    const query = new URLSearchParams({ ...(tag && { tag }), ...(until && { until }) });
    const response = await fetch(`${this.address}/log?${query}`);
    const { connections } = await response.json();
    assert.equal(response.status, HTTP_OK, `not ${until} in time: ${JSON.stringify(connections)}`);
    return connections;
  }

  /** Forgets the connections with the tag that have ended. */
  async forget(tag) {
    await fetch(`${this.address}/log?${new URLSearchParams({ tag })}`, { method: "DELETE" });
  }

  /** The one connection with the tag. */
  async connection(tag, until) {
    const connections = await this.connections(tag, until);
    assert.equal(connections.length, 1, `connections with the tag ${tag}`);
    return connections[0];
  }
}

/** The Close frames that the server received, as they were on the wire. */
export function closesReceived(connection) {
  return connection.frames
    .filter(({ opcode, direction }) => opcode === "close" && direction === "received")
    .map(({ code, reason }) => ({ code, reason }));
}
