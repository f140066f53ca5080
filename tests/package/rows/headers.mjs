// The rows of the handshake's headers: an option that is not ours reaches the class that the socket stands on, in each
// runtime whose class takes one.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";

import { NODE_20, NODE_26, WITH_WEBSOCKET } from "../runtimes.mjs";

/** What the program says of each refused connection, and what the server is asked for each. */
const SAID = "connecting";
const ASKED = { authorization: "Bearer of news", protocols: "chat" };

export const rows = [
  ...WITH_WEBSOCKET.flatMap(({ tool, command }) => [
    row("headers, its own WebSocket", tool, command, "its own"),
    row("headers, /register", tool, command, "registered"),
  ]),
  row("headers, withGracefulClose(WebSocket)", "undici", [NODE_20], "undici", { links: ["undici"] }),
  row("headers, as the second argument and the third", "ws", [NODE_26], "ws", { links: ["ws"], count: 2 }),
];

function row(name, tool, [program, ...args], kind, { links = [], count = 1 } = {}) {
  return {
    name,
    tool,
    run: async (workshop) => {
      const asked = [];
      const server = createServer().on("upgrade", ({ headers }, socket) => {
        asked.push({ authorization: headers.authorization, protocols: headers["sec-websocket-protocol"] });
        socket.destroy();
      });
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      try {
        const address = `ws://127.0.0.1:${server.address().port}`;
        const directory = await workshop.consumer({ links });
        const { stdout } = await workshop.run(directory, program, [...args, "headers.mjs", address, kind]);
        assert.deepEqual(stdout.trim().split("\n"), Array(count).fill(SAID));
        assert.deepEqual(asked, Array(count).fill(ASKED));
      } finally {
        server.close();
      }
    },
  };
}
