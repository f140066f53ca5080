// What is no class, in the place of the class before the package is imported. (Run as a program.)

import assert from "node:assert/strict";

import { test } from "./bounded.mjs";
import { NOWHERE, talk } from "./exercise.js";
import { assertEnd, ENDS } from "./expected.js";
import { STUBS } from "./stubs.js";

globalThis.WebSocket = () => {};
const { GracefulWebSocket } = await import("graceful-websocket");

test("importing works, and constructing throws", () => {
  assert.throws(() => new GracefulWebSocket(NOWHERE), TypeError);
});

test("a class that comes later is stood on", async () => {
  for (const Stub of Object.values(STUBS)) {
    globalThis.WebSocket = Stub;
    assertEnd(await talk(GracefulWebSocket, `${NOWHERE}/echo`), ENDS.answered);
  }
});
