// Deadlines that are too far away to wait for, on a clock that the test moves, and a page whose timers stood still.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

import { ABNORMAL, assertWire, SERVER } from "./ending.mjs";
import { closesReceived } from "./server.mjs";
import { newTag, setStage } from "./stage.mjs";

const DEFAULT_MS = 10_000;
const MAX_TIMER_MS = 2 ** 31 - 1;
/** Playwright's clock is made of it too, and it runs in every engine. */
const FAKE_TIMERS = 'export { install } from "@sinonjs/fake-timers";';
const NO_BODY = { code: null, reason: "" };
const LONG_MS = 60_000;

const stage = setStage();

/** A page whose clock stands still, with an open socket. */
async function pageWithSocket(t, path, options) {
  const stdin = { contents: FAKE_TIMERS, resolveDir: fileURLToPath(new URL(".", import.meta.url)) };
  const external = ["timers", "timers/promises", "util"];
  const { outputFiles } = await build({ stdin, external, bundle: true, format: "esm", write: false });
  await stage.serve("fake-timers.mjs", outputFiles[0].text);
  const page = await stage.page(t);
  const tag = newTag();
  await page.run(
    async ([path, tag, options]) => {
      const { install } = await import("/fake-timers.mjs");
      globalThis.clock = install({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
      const socket = await open(path, tag, options);
      sockets.set(tag, { socket, seen: watch(socket) });
    },
    [path, tag, options],
  );
  return { page, tag };
}

/** Moves the clock, and runs the timers that are due by then, each once. */
function fastForward(page, milliseconds) {
  return page.run((milliseconds) => clock.jump(milliseconds), milliseconds);
}

/** What the socket is by now, after every task that could still be about to settle it. */
function now(page, tag) {
  return page.run(async (tag) => {
    const { socket, seen } = sockets.get(tag);
    const { port1, port2 } = new MessageChannel();
    for (let i = 0; i < 10; i += 1) {
      port2.postMessage(null);
      await new Promise((resolve) => {
        port1.onmessage = resolve;
      });
    }
    port1.close();
    const events = seen.byListener.map(({ type }) => type);
    return { readyState: socket.readyState, events, report: socket.closeReport };
  }, tag);
}

const CLOSING = { readyState: 2, events: [], report: null };

function assertTimedOutAfter({ readyState, events, report }, elapsedMs) {
  assert.deepEqual({ readyState, events }, { readyState: 3, events: ["close"] });
  const { outcome, code, elapsed } = report;
  assert.deepEqual({ outcome, code }, { outcome: "timed-out", code: ABNORMAL.code });
  assert.equal(Math.round(elapsed), elapsedMs);
}

for (const [name, options, deadline] of [
  ["the default is 10 seconds, to the millisecond", {}, DEFAULT_MS],
  ["a deadline as far as a timer can", { closeTimeout: MAX_TIMER_MS }, MAX_TIMER_MS],
  [
    "a deadline further than a timer can",
    { closeTimeout: MAX_TIMER_MS + DEFAULT_MS },
    MAX_TIMER_MS + DEFAULT_MS,
  ],
  ["a deadline three timers away", { closeTimeout: 3 * MAX_TIMER_MS + 1 }, 3 * MAX_TIMER_MS + 1],
]) {
  test(name, async (t) => {
    const { page, tag } = await pageWithSocket(t, "/silent", options);
    await page.run((tag) => {
      sockets.get(tag).socket.close();
    }, tag);
    // One timer after another, since a clock that is moved fast fires each only once.
    let left = deadline - 1;
    while (left > 0) {
      const step = Math.min(left, MAX_TIMER_MS);
      await fastForward(page, step);
      left -= step;
    }
    assert.deepEqual(await now(page, tag), CLOSING);
    await fastForward(page, 1);
    assertTimedOutAfter(await now(page, tag), deadline);
    assert.deepEqual(closesReceived(await stage.server.connection(tag, "closing")), [NO_BODY]);
  });
}

test("an openTimeout that passes when the socket is open does nothing", async (t) => {
  const { page, tag } = await pageWithSocket(t, "/echo", { openTimeout: DEFAULT_MS });
  await fastForward(page, 2 * DEFAULT_MS);
  assert.deepEqual(await now(page, tag), { readyState: 1, events: [], report: null });
  const { outcome } = await page.run((tag) => {
    const { socket } = sockets.get(tag);
    return new Promise((resolve) => socket.close().then(resolve));
  }, tag);
  assert.equal(outcome, "clean");
  assertWire(await stage.server.connection(tag, "ended"), { closes: [NO_BODY], endedBy: SERVER });
});

/** Where a browser dispatches what tells that a page comes back, and whether it bubbles. */
const COMINGS_BACK = {
  visibilitychange: { on: "document", bubbles: true },
  pageshow: { on: "window", bubbles: true },
  resume: { on: "document", bubbles: false },
};

for (const [type, { on, bubbles }] of Object.entries(COMINGS_BACK)) {
  test(`${type}: a page that comes back looks at the clock, whatever its timers do`, async (t) => {
    const page = await stage.page(t);
    const tag = newTag();
    const { before, after } = await page.run(
      async ([tag, type, on, bubbles, closeTimeout]) => {
        const socket = await open("/silent", tag, { closeTimeout });
        let closeEvents = 0;
        socket.onclose = () => {
          closeEvents += 1;
        };
        const comeBack = () => globalThis[on].dispatchEvent(new Event(type, { bubbles }));
        const closed = socket.close();
        comeBack();
        await laterTask();
        const before = { readyState: socket.readyState, closeEvents };
        // The timer that is armed knows nothing of this.
        const { now } = performance;
        performance.now = () => now.call(performance) + closeTimeout;
        comeBack();
        const { outcome } = await closed;
        comeBack();
        return { before, after: { readyState: socket.readyState, closeEvents, outcome } };
      },
      [tag, type, on, bubbles, LONG_MS],
    );
    assert.deepEqual(before, { readyState: 2, closeEvents: 0 });
    assert.deepEqual(after, { readyState: 3, closeEvents: 1, outcome: "timed-out" });
    assert.deepEqual(closesReceived(await stage.server.connection(tag, "closing")), [NO_BODY]);
  });
}

stage.leavesNothing();
