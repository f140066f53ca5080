// The timers of @sinonjs/fake-timers, installed after the package was imported. (Run as a program.)

import assert from "node:assert/strict";

import FakeTimers from "@sinonjs/fake-timers";
import { GracefulWebSocket } from "graceful-websocket";
import { test } from "./bounded.mjs";
import { closeBy } from "./timers.js";

const CONFIGURATIONS = {
  "all that it fakes": {},
  "all but performance": { toNotFake: ["performance"] },
  "no more than setTimeout and Date": { toFake: ["setTimeout", "clearTimeout", "Date"] },
};

for (const [what, configuration] of Object.entries(CONFIGURATIONS)) {
  test(`a close that nobody answers settles when the clock has come so far: ${what}`, async () => {
    const clock = FakeTimers.install(configuration);
    try {
      const { reported, expected } = await closeBy(GracefulWebSocket, (ms) => clock.tickAsync(ms));
      assert.deepEqual(reported, expected);
    } finally {
      clock.uninstall();
    }
  });
}
