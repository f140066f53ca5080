// What the package must do in a page where its core cannot be compiled.

import assert from "node:assert/strict";

import { websocketAddress, withServer } from "./workshop.mjs";

const NATIVE = {
  isNative: true,
  data: "hello",
  returned: "undefined",
  code: 4000,
  reason: "bye",
  wasClean: true,
};

/** Asserts that the first socket of the default entry says why, and what to do. */
export function assertRefused(workshop, address, why) {
  // The page's module has been evaluated, since it leaves a result: importing does not throw.
  return assert.rejects(workshop.resultOf(address, "ws://127.0.0.1"), (error) => {
    assert.match(error.message, new RegExp(`Error: graceful-websocket ${why.source}`));
    return true;
  });
}

/** Asserts that `/register` leaves the page's class in its place, and says so once. */
export async function assertUnchanged(workshop, address) {
  const warnings = [];
  await withServer(".", async (server) => {
    assert.deepEqual(await workshop.resultOf(address, websocketAddress(server), { warnings }), NATIVE);
  });
  assert.equal(warnings.length, 1, warnings.join("\n"));
  assert.match(warnings[0], /^graceful-websocket\/register has changed nothing.*graceful-websocket\/js/);
}
