// A platform that has the class of `ws` in the place of its own WebSocket, as servers have that render pages. (Run as a
// program.)

import assert from "node:assert/strict";
import { test } from "node:test";

import WebSocket from "ws";

globalThis.WebSocket = WebSocket;
const { GracefulWebSocket } = await import("graceful-websocket");
const { NativeWebSocket } = await import("graceful-websocket/register");

test("importing works, and constructing says what to do", () => {
  assert.throws(() => new GracefulWebSocket("ws://127.0.0.1"), {
    name: "TypeError",
    message: /^This platform has no WebSocket\. .*withGracefulClose.* graceful-websocket\/ws/,
  });
});

test("register replaces nothing", () => {
  assert.equal(globalThis.WebSocket, WebSocket);
  assert.equal(NativeWebSocket, WebSocket);
});
