// The rows of the clients that others make sockets with: closed against a peer that has fallen silent, the socket under
// each settles in time. Some clients wait for that, and some do not, and say at once that they are closed.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";

import { Relay } from "../relay.mjs";
import { load, withServer } from "../workshop.mjs";
import { pageByEsbuild } from "./bundlers.mjs";

const CLOSE_TIMEOUT_MS = 300;
/** How late something may be on a busy machine; Chromium alone takes 60 s. */
const ROOM_MS = 2_000;

const [CLOSING, CLOSED] = [2, 3];
const TIMED_OUT = { code: 1006, reason: "", wasClean: false };
const BYE = { code: 4000, reason: "bye" };
const WITHOUT_CODE = { code: 1005, reason: "" };

/** Ends each message of SignalR. */
const RECORD_SEPARATOR = "\x1e";
const INVOCATION = 1;
const COMPLETION = 3;

/**
 * The clients: their page, what serves them, the Close frame that they send, and what they say of the close, in which
 * state of the socket. Where that is CLOSED, nothing but the socket's `close` event made them say it.
 */
const CLIENTS = {
  partysocket: {
    page: "partysocket",
    serve: serveEcho,
    sent: BYE,
    closed: { said: { ...BYE, wasClean: true }, socketState: CLOSING },
    state: CLOSED,
  },
  "reconnecting-websocket": {
    page: "reconnecting-websocket",
    serve: serveEcho,
    sent: BYE,
    closed: { said: TIMED_OUT, socketState: CLOSED },
    state: CLOSED,
  },
  "graphql-ws": {
    page: "graphql-ws",
    serve: serveGraphql,
    sent: { code: 1000, reason: "Normal Closure" },
    closed: { said: TIMED_OUT, socketState: CLOSED },
    state: null,
  },
  "engine.io-client": {
    page: "engine.io-client",
    serve: serveEngine,
    sent: WITHOUT_CODE,
    closed: { said: "forced close", socketState: CLOSING },
    state: "closed",
  },
  "@microsoft/signalr": {
    page: "signalr",
    serve: serveHub,
    sent: WITHOUT_CODE,
    closed: { said: "without an error", socketState: CLOSING },
    state: "Disconnected",
  },
};

export const rows = Object.entries(CLIENTS).map(([name, client]) => ({
  name: `clients: ${client.closed.socketState === CLOSED ? "waits" : "does not wait"} for its socket`,
  tool: name,
  async run(workshop) {
    const directory = await workshop.consumer({ links: [name] });
    const out = await pageByEsbuild(directory, `clients/${client.page}.js`);
    return withRelay(client.serve, (relay) =>
      withServer(out, async ({ address }) => {
        const functions = { fallSilent: () => relay.fallSilent() };
        const result = await workshop.resultOf(address, relay.host, { functions });
        assertClosed(result, client);
        assert.deepEqual(relay.closesReceived, [client.sent]);
        return `the socket settled after ${Math.round(result.tookMs)} ms`;
      }),
    );
  },
}));

/** The client was answered, said once that it is closed, and the one socket under it settled in time. */
function assertClosed({ report, tookMs, ...result }, { sent, closed, state }) {
  assert.deepEqual(result, { answered: "hello", closed: [closed], state, sockets: 1 });
  const { outcome, initiator } = report;
  assert.deepEqual(
    { outcome, initiator, sent: report.sent },
    { outcome: "timed-out", initiator: "local", sent },
  );
  // Rounded, since clocks and timers are.
  assert.ok(
    Math.round(report.elapsed) >= CLOSE_TIMEOUT_MS && tookMs < CLOSE_TIMEOUT_MS + ROOM_MS,
    `settled after ${report.elapsed} ms, and ${tookMs} ms with the client`,
  );
}

/** A server, and the relay in front of it, for as long as `use` takes. */
async function withRelay(serve, use) {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  serve(server);
  const relay = await Relay.start(server.address().port);
  try {
    return await use(relay);
  } finally {
    await relay.end();
    server.close();
  }
}

function serveEcho(server) {
  const { WebSocketServer } = load("ws");
  new WebSocketServer({ server }).on("connection", (socket) => {
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
}

function serveGraphql(server) {
  const { WebSocketServer } = load("ws");
  const { buildSchema } = load("graphql");
  const { useServer } = load("graphql-ws/use/ws");
  const schema = buildSchema("type Query { hello: String }");
  useServer({ schema, roots: { query: { hello: "hello" } } }, new WebSocketServer({ server }));
}

function serveEngine(server) {
  load("engine.io")
    .attach(server, { transports: ["websocket"] })
    .on("connection", (socket) => {
      socket.on("message", (data) => socket.send(data));
    });
}

/** A hub of SignalR, with one method, which returns its argument. */
function serveHub(server) {
  const { WebSocketServer } = load("ws");
  new WebSocketServer({ server }).on("connection", (socket) => {
    const send = (message) => socket.send(JSON.stringify(message) + RECORD_SEPARATOR);
    socket.on("message", (data) => {
      for (const record of `${data}`.split(RECORD_SEPARATOR).filter(Boolean)) {
        const { protocol, type, invocationId, arguments: values } = JSON.parse(record);
        if (protocol) {
          send({});
        } else if (type === INVOCATION) {
          send({ type: COMPLETION, invocationId, result: values[0] });
        }
      }
    });
  });
}
