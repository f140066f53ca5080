// The timers of Node's own test runner, which fake no performance, and advance in no asynchronous way. (Run as a program.)

import assert from "node:assert/strict";
import { mock } from "node:test";

import { GracefulWebSocket } from "graceful-websocket";
import { test } from "./bounded.mjs";
import { closeBy } from "./timers.js";

/** So many turns of the event loop a test lets pass, for what follows a timer. */
const TURNS = 5;

const turn = globalThis.setImmediate;

async function tick(ms) {
  mock.timers.tick(ms);
  for (let turns = 0; turns < TURNS; turns += 1) {
    await new Promise((resolve) => turn(resolve));
  }
}

const CONFIGURATIONS = {
  "all that it fakes": undefined,
  "no more than setTimeout": { apis: ["setTimeout"] },
  "setTimeout and Date": { apis: ["setTimeout", "Date"] },
};

for (const [what, configuration] of Object.entries(CONFIGURATIONS)) {
  test(`a close that nobody answers settles when the clock has come so far: ${what}`, async () => {
    mock.timers.enable(configuration);
    try {
      const { reported, expected } = await closeBy(GracefulWebSocket, tick);
      assert.deepEqual(reported, expected);
    } finally {
      mock.timers.reset();
    }
  });
}
