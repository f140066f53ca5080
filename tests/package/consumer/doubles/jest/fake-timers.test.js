// The timers of Jest, faked after the package was imported.

import { GracefulWebSocket } from "graceful-websocket";
import { closeBy } from "../timers.js";

const CONFIGURATIONS = {
  "all that it fakes": undefined,
  "all but performance": { doNotFake: ["performance"] },
};

/** Without a MessageChannel, as in jsdom, a task is a timer as well, and one that a timer sets a millisecond later. */
const MORE_MS = typeof MessageChannel === "undefined" ? 10 : 0;

afterEach(() => {
  jest.useRealTimers();
});

for (const [what, configuration] of Object.entries(CONFIGURATIONS)) {
  test(`a close that nobody answers settles when the clock has come so far: ${what}`, async () => {
    jest.useFakeTimers(configuration);
    const advance = (ms) => jest.advanceTimersByTimeAsync(ms);
    const { reported, expected } = await closeBy(GracefulWebSocket, advance, MORE_MS);
    expect(reported).toEqual(expected);
  });
}
