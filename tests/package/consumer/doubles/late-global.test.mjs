// A class that a set-up file puts in the place of the global one, or where there is none, after the package was imported:
// undici's, or that of `ws`, which has to be made one of the standard's kind. (Run as a program, with the misbehaving
// server's address and the package's name.)

import assert from "node:assert/strict";

import { GracefulWebSocket } from "graceful-websocket";
import { standardWebSocket } from "graceful-websocket/ws";
import { addressOf, closesReceived, connection } from "../misbehaving.mjs";
import { test } from "./bounded.mjs";
import { BYE, CLOSE_TIMEOUT_MS, knock, listen, talk, talkToSilence } from "./exercise.js";
import { assertEnd, ENDS } from "./expected.js";

const [, , , NAME] = process.argv;
const { WebSocket } = await import(NAME);
globalThis.WebSocket = NAME === "ws" ? standardWebSocket(WebSocket) : WebSocket;

test("a peer that answers, twice in a row", async () => {
  for (let times = 0; times < 2; times += 1) {
    const { tag, url } = addressOf("/echo");
    assertEnd(await talk(GracefulWebSocket, url), ENDS.answered);
    assert.deepEqual(closesReceived(await connection(tag, "ended")), [BYE]);
  }
});

test("a peer that answers too late, which nobody hears", async () => {
  const { tag, url } = addressOf(`/late?ms=${3 * CLOSE_TIMEOUT_MS}`);
  const result = await talkToSilence(GracefulWebSocket, url, () => connection(tag, "ended"));
  assertEnd(result, ENDS.timedOut);
  assert.deepEqual(closesReceived(await connection(tag, "ended")), [BYE]);
});

test("a peer that closes first", async () => {
  assertEnd(
    await listen(GracefulWebSocket, addressOf("/close?code=1001&reason=away").url),
    ENDS.closedByPeer,
  );
});

test("a connection that is lost", async () => {
  const { listeners, handlers, report } = await listen(GracefulWebSocket, addressOf("/drop").url);
  assert.equal(listeners.at(-1), "close 3 1006 unclean");
  assert.deepEqual(handlers, listeners);
  assert.deepEqual([report.outcome, report.code], ["unclean", 1006]);
});

test("a connection that is refused", async () => {
  assertEnd(await knock(GracefulWebSocket, addressOf("/reject?status=403").url), ENDS.refused);
});

test("the socket is one of the class that was put there, with what that has more", async () => {
  const socket = new GracefulWebSocket(addressOf("/echo").url);
  assert.ok(socket instanceof GracefulWebSocket && socket instanceof globalThis.WebSocket);
  await socket.close();
});

if (NAME === "ws") {
  test("without that, the error says what to import", () => {
    const standard = globalThis.WebSocket;
    globalThis.WebSocket = WebSocket;
    try {
      assert.throws(() => new GracefulWebSocket(addressOf("/echo").url), {
        name: "TypeError",
        message: /graceful-websocket\/ws/,
      });
    } finally {
      globalThis.WebSocket = standard;
    }
  });
}
