// A class that Vitest puts in the place of the global one, after the package was imported.

import { GracefulWebSocket } from "graceful-websocket";
import { afterEach, expect, test, vi } from "vitest";
import { BYE, NOWHERE, talk, talkToSilence } from "../exercise.js";
import { assertEnd, ENDS } from "../expected.js";
import { answerLate, STUBS } from "../stubs.js";

afterEach(() => {
  vi.unstubAllGlobals();
});

for (const [what, Stub] of Object.entries(STUBS)) {
  test(`vi.stubGlobal with a stub that ${what}`, async () => {
    vi.stubGlobal("WebSocket", Stub);
    assertEnd(await talk(GracefulWebSocket, `${NOWHERE}/echo`), ENDS.answered);
    assertEnd(await talkToSilence(GracefulWebSocket, `${NOWHERE}/silent`, answerLate), ENDS.timedOut);
  });
}

test("vi.stubGlobal with a mock: it and the spy on the object that it returns have seen the calls", async () => {
  const spies = [];
  function construct(url) {
    const stub = new STUBS["has class fields, and calls its handlers itself"](url);
    spies.push(vi.spyOn(stub, "close"));
    return stub;
  }
  const Mock = vi.fn(construct);
  vi.stubGlobal("WebSocket", Mock);
  assertEnd(await talk(GracefulWebSocket, `${NOWHERE}/echo`), ENDS.answered);
  expect(Mock).toHaveBeenCalledTimes(1);
  expect(spies[0]).toHaveBeenCalledExactlyOnceWith(BYE.code, BYE.reason);
});
