// The timers of Vitest, faked after the package was imported.

import { GracefulWebSocket } from "graceful-websocket";
import { afterEach, expect, test, vi } from "vitest";
import { closeBy } from "../timers.js";

const CONFIGURATIONS = {
  "all that it fakes": undefined,
  "no more than setTimeout and Date": { toFake: ["setTimeout", "Date"] },
};

afterEach(() => {
  vi.useRealTimers();
});

for (const [what, configuration] of Object.entries(CONFIGURATIONS)) {
  test(`a close that nobody answers settles when the clock has come so far: ${what}`, async () => {
    vi.useFakeTimers(configuration);
    const { reported, expected } = await closeBy(GracefulWebSocket, (ms) => vi.advanceTimersByTimeAsync(ms));
    expect(reported).toEqual(expected);
  });
}
