// Sockets whose connections are intercepted: by MSW, or by the interceptors that it is made of. (Run as a program, with the
// misbehaving server's address, the name of the package that intercepts, and whether it starts `before` or `after` ours is
// imported.)
//
// What is intercepted cannot fall silent: it closes itself in a microtask, also where a real server does not answer.
//
// - a mocked peer that answers, closes first, is lost, throws, or takes its time
// - a real server behind it

import assert from "node:assert/strict";
import { after } from "node:test";
import { addressOf, closesReceived, connection } from "../misbehaving.mjs";
import { test } from "./bounded.mjs";
import { BYE, Conversation, listen, NOWHERE, talk } from "./exercise.js";
import { assertEnd, ENDS } from "./expected.js";

const [, , SERVER, NAME, WHEN] = process.argv;
const REAL = new URL(SERVER).host;

/** What the peers saw of the closes, by the path. */
const closes = {};

/** The mocked peers, by the path of the address. */
const PEERS = {
  "/echo": ({ client }) => client.addEventListener("message", ({ data }) => client.send(data)),
  "/away": ({ client }) => client.addEventListener("message", () => client.close(1001, "away")),
  "/drop": ({ client }) => client.addEventListener("message", () => client.close(1006)),
  "/refuse": () => {
    throw new Error("this peer throws, as it should");
  },
  "/hang": () => new Promise(() => {}),
};

function meet({ client, server }) {
  const { host, pathname } = new URL(client.url);
  client.addEventListener("close", ({ code, reason }) => {
    closes[pathname] = { code, reason };
  });
  return host === REAL ? server.connect() : PEERS[pathname]({ client });
}

/** Starts to intercept. What stops it. */
async function intercept() {
  if (NAME === "@mswjs/interceptors") {
    const { WebSocketInterceptor } = await import("@mswjs/interceptors/WebSocket");
    const interceptor = new WebSocketInterceptor();
    interceptor.apply();
    interceptor.on("connection", meet);
    return () => interceptor.dispose();
  }
  const { ws } = await import(NAME);
  const { setupServer } = await import(`${NAME}/node`);
  const server = setupServer(ws.link(/./).addEventListener("connection", meet));
  server.listen({ onUnhandledRequest: "bypass" });
  return () => server.close();
}

let stop = WHEN === "before" ? await intercept() : undefined;
const { GracefulWebSocket } = await import("graceful-websocket");
stop ??= await intercept();
after(() => stop());

test("a mocked peer that answers, twice in a row, is told the code and the reason", async () => {
  for (let times = 0; times < 2; times += 1) {
    delete closes["/echo"];
    assertEnd(await talk(GracefulWebSocket, `${NOWHERE}/echo`), ENDS.answered);
    assert.deepEqual(closes["/echo"], BYE);
  }
});

test("a close without a code is 1000, as is the double's default", async () => {
  const { listeners, report } = await talk(GracefulWebSocket, `${NOWHERE}/echo`, {});
  assert.equal(listeners.at(-1), "close 3 1000 clean");
  assert.deepEqual([report.outcome, report.code], ["clean", 1000]);
});

test("a mocked peer that closes first", async () => {
  const result = await listen(GracefulWebSocket, `${NOWHERE}/away`, (socket) => socket.send("end"));
  assertEnd(result, ENDS.closedByPeer);
});

test("a mocked connection that is lost, which the double calls clean", async () => {
  const result = await listen(GracefulWebSocket, `${NOWHERE}/drop`, (socket) => socket.send("end"));
  assertEnd(result, ENDS.lost);
});

test("a mocked peer that throws: the connection has never been open", async () => {
  const conversation = new Conversation(GracefulWebSocket, `${NOWHERE}/refuse`);
  const { isInstance, listeners, handlers, report } = await conversation.result();
  assert.deepEqual([isInstance, listeners], [true, handlers]);
  assert.deepEqual(
    listeners.map((line) => line.split(" ")[0]),
    ["error", "close"],
  );
  assert.deepEqual([report.outcome, report.wasClean], ["never-opened", false]);
});

// A platform's would say 1006, unclean: the double answers in the place of a peer that there is not yet, and is believed.
test("close() while a mocked peer takes its time: nobody was open, and the double calls it clean", async () => {
  const conversation = new Conversation(GracefulWebSocket, `${NOWHERE}/hang`);
  await conversation.close();
  const { listeners, report } = await conversation.result();
  assert.deepEqual(listeners, ["close 3 4000 bye clean"]);
  assert.deepEqual([report.initiator, report.sent, report.timeOpen], ["local", null, 0]);
});

test("a real server that answers, behind the double, which closes without a code", async () => {
  const { tag, url } = addressOf("/echo");
  assertEnd(await talk(GracefulWebSocket, url), ENDS.answered);
  assert.deepEqual(closesReceived(await connection(tag, "ended")), [{ code: null, reason: "" }]);
});

test("a real server that answers late, behind the double, which answers in its place", async () => {
  const { tag, url } = addressOf("/late?ms=1000");
  const conversation = new Conversation(GracefulWebSocket, url);
  await conversation.next("open");
  await connection(tag, "opened");
  await conversation.close();
  await connection(tag, "ended");
  const { events, report } = ENDS.answered;
  assertEnd(await conversation.result(), { events: events.filter((line) => !/^message/.test(line)), report });
});

test("a real server that closes first, behind the double", async () => {
  const { url } = addressOf("/close?code=1001&reason=away");
  assertEnd(await listen(GracefulWebSocket, url), ENDS.closedByPeer);
});

test("a real connection that is lost, behind the double, which calls that clean", async () => {
  const { url } = addressOf("/drop");
  const { listeners, report } = await listen(GracefulWebSocket, url);
  assert.equal(listeners.at(-1), "close 3 1006 unclean");
  assert.deepEqual([report.outcome, report.wasClean, report.code], ["unclean", false, 1006]);
});
