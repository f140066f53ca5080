// The timers of Jest, faked after the package was imported.

import { GracefulWebSocket } from "graceful-websocket";
import { closeBy } from "../timers.js";

const CONFIGURATIONS = {
  "all that it fakes": undefined,
  "all but performance": { doNotFake: ["performance"] },
};

afterEach(() => {
  jest.useRealTimers();
});

for (const [what, configuration] of Object.entries(CONFIGURATIONS)) {
  test(`a close that nobody answers settles when the clock has come so far: ${what}`, async () => {
    jest.useFakeTimers(configuration);
    const { reported, expected } = await closeBy(GracefulWebSocket, (ms) =>
      jest.advanceTimersByTimeAsync(ms),
    );
    expect(reported).toEqual(expected);
  });
}
