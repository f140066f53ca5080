// What the constructor takes in the place of subprotocols: openTimeout, signal, onPageHide, and values that are
// refused.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ABNORMAL, assertGivenUp, assertReport, assertWire, SERVER } from "./ending.mjs";
import { assertTook, newTag, setStage } from "./stage.mjs";

const NO_BODY = { code: null, reason: "" };
const SENT_NO_BODY = { code: 1005, reason: "" };
const CLEAN = { ...SENT_NO_BODY, wasClean: true, outcome: "clean", phase: "handshake" };
const NEVER_OPENED = { ...ABNORMAL, phase: "connecting", initiator: "local", sent: null };

const stage = setStage();

stage.inOnePage("openTimeout", (page) => {
  const OPEN_TIMEOUT_MS = 200;

  test("passes before the socket is open: error, then close; timed out while connecting", async () => {
    const tag = newTag();
    const { took, events, report } = await page().run(
      async ([tag, openTimeout]) => {
        const constructedAt = performance.now();
        const socket = connect("/hang", tag, { openTimeout });
        const seen = watch(socket);
        const report = await socket.closed;
        const events = seen.byListener.map(({ type }) => type);
        return { took: performance.now() - constructedAt, events, report };
      },
      [tag, OPEN_TIMEOUT_MS],
    );
    assert.deepEqual(events, ["error", "close"]);
    assertReport(report, { ...NEVER_OPENED, outcome: "timed-out" });
    assertTook(took, OPEN_TIMEOUT_MS);
    await assertGivenUp(stage.server, tag);
  });

  test("close() before it passes: never opened, and not timed out", async () => {
    const tag = newTag();
    const report = await page().run(async (tag) => {
      const socket = connect("/hang", tag, { openTimeout: 60_000 });
      await requested(tag);
      return socket.close();
    }, tag);
    assertReport(report, { ...NEVER_OPENED, outcome: "never-opened" });
    await assertGivenUp(stage.server, tag);
  });
});

stage.inOnePage("signal", (page) => {
  test("aborted before the construction: never opens", async () => {
    const tag = newTag();
    const { events, report } = await page().run(async (tag) => {
      const socket = connect("/hang", tag, { signal: AbortSignal.abort() });
      const seen = watch(socket);
      return { report: await socket.closed, events: seen.byListener.map(({ type }) => type) };
    }, tag);
    assert.deepEqual(events, ["error", "close"]);
    assertReport(report, { ...NEVER_OPENED, outcome: "never-opened" });
    if ((await stage.server.connections(tag)).length > 0) {
      await assertGivenUp(stage.server, tag);
    }
  });

  test("aborted before it is open: never opens, and the peer sees TCP end", async () => {
    const tag = newTag();
    const { readyState, report } = await page().run(async (tag) => {
      const controller = new AbortController();
      const socket = connect("/hang", tag, { signal: controller.signal });
      await requested(tag);
      controller.abort();
      const { readyState } = socket;
      return { readyState, report: await socket.closed };
    }, tag);
    assert.equal(readyState, 2);
    assertReport(report, { ...NEVER_OPENED, outcome: "never-opened" });
    await assertGivenUp(stage.server, tag);
  });

  test("aborted when it is open: closes it, without a code", async () => {
    const tag = newTag();
    const { readyState, events, report } = await page().run(async (tag) => {
      const controller = new AbortController();
      const socket = await open("/echo", tag, { signal: controller.signal });
      const seen = watch(socket);
      controller.abort("a reason of the page's own");
      const { readyState } = socket;
      const report = await socket.closed;
      return { readyState, report, events: seen.byListener.map(({ type }) => type) };
    }, tag);
    assert.equal(readyState, 2);
    assert.deepEqual(events, ["close"]);
    assertReport(report, { ...CLEAN, initiator: "local", sent: SENT_NO_BODY });
    assertWire(await stage.server.connection(tag, "ended"), { closes: [NO_BODY], endedBy: SERVER });
  });

  test("aborted while closing: joins", async () => {
    const tag = newTag();
    const report = await page().run(async (tag) => {
      const controller = new AbortController();
      const socket = await open("/late?ms=50", tag, { signal: controller.signal });
      socket.close(3000, "first");
      controller.abort();
      return socket.closed;
    }, tag);
    const frame = { code: 3000, reason: "first" };
    assertReport(report, { ...CLEAN, ...frame, initiator: "local", sent: frame });
    assertWire(await stage.server.connection(tag, "ended"), { closes: [frame], endedBy: SERVER });
  });

  test("aborted after the end: does nothing, and is not listened to any more", async () => {
    const tag = newTag();
    const { isSame, events, listeners } = await page().run(async (tag) => {
      const controller = new AbortController();
      let listeners = 0;
      const { signal } = controller;
      const { addEventListener, removeEventListener } = signal;
      signal.addEventListener = (...args) => {
        listeners += 1;
        addEventListener.apply(signal, args);
      };
      signal.removeEventListener = (...args) => {
        listeners -= 1;
        removeEventListener.apply(signal, args);
      };
      const socket = await open("/echo", tag, { signal });
      const report = await socket.close();
      const seen = watch(socket);
      controller.abort();
      await laterTask();
      return { isSame: socket.closeReport === report, events: seen.byListener, listeners };
    }, tag);
    assert.ok(isSame);
    assert.deepEqual(events, []);
    assert.equal(listeners, 0);
    assertWire(await stage.server.connection(tag, "ended"), { closes: [NO_BODY], endedBy: SERVER });
  });
});

stage.inOnePage("onPageHide", (page) => {
  for (const [name, onPageHide, closes] of [
    ['"close": the peer gets a Close frame without a body', "close", [NO_BODY]],
    ["nothing in it: the same", {}, [NO_BODY]],
    ["a code alone", { code: 4000 }, [{ code: 4000, reason: "" }]],
    ["a code and a reason", { code: 4000, reason: "away" }, [{ code: 4000, reason: "away" }]],
    ["a reason alone, which is not sent without a code", { reason: "away" }, [NO_BODY]],
    ['"keep": nothing is sent', "keep", []],
    ["undefined: nothing is sent", undefined, []],
  ]) {
    test(`${name}, when the page is told that it goes`, async () => {
      const tag = newTag();
      const readyState = await page().run(
        async ([tag, onPageHide]) => {
          const socket = await open("/echo", tag, { onPageHide });
          dispatchEvent(new Event("pagehide"));
          const { readyState } = socket;
          if (readyState === WebSocket.OPEN) {
            // What came before this would be on the wire before it.
            socket.send("still open");
            await event(socket, "message");
            socket.close(3000, "by the test");
          }
          await socket.closed;
          dispatchEvent(new Event("pagehide"));
          return readyState;
        },
        [tag, onPageHide],
      );
      assert.equal(readyState, closes.length > 0 ? 2 : 1);
      const expected = closes.length > 0 ? closes : [{ code: 3000, reason: "by the test" }];
      assertWire(await stage.server.connection(tag, "ended"), { closes: expected, endedBy: SERVER });
    });
  }

  test("a code or a reason that may not be sent is refused before anything is opened, as close() refuses it", async () => {
    const tag = newTag();
    const names = await page().run((tag) => {
      const refused = [
        { code: 1001 },
        { code: 2999, reason: "away" },
        { code: 1000, reason: "€".repeat(42) },
      ];
      return refused.map((onPageHide) => thrown(() => connect("/echo", tag, { onPageHide }))?.name);
    }, tag);
    assert.deepEqual(names, ["InvalidAccessError", "InvalidAccessError", "SyntaxError"]);
    assert.deepEqual(await stage.server.connections(tag), []);
  });
});

stage.inOnePage("invalid options", (page) => {
  test("throw what says which is wrong, before anything is opened", async () => {
    const tag = newTag();
    const wrong = await page().run((tag) => {
      const refused = {
        TypeError: {
          signal: [{}, 0, "abort", 1, new AbortController()],
          openTimeout: ["5", null, {}, 5n, true],
          closeTimeout: ["5", null, {}, 5n, true],
          onPageHide: [5, "closed", "", null, true, [], 5n, Symbol("close")],
        },
        RangeError: {
          openTimeout: [-1, Number.NaN, Number.NEGATIVE_INFINITY],
          closeTimeout: [-1, Number.NaN, Number.NEGATIVE_INFINITY],
        },
      };
      const wrong = [];
      for (const [error, options] of Object.entries(refused)) {
        for (const [name, values] of Object.entries(options)) {
          for (const value of values) {
            const { name: actual, message } = thrown(() => connect("/echo", tag, { [name]: value })) ?? {};
            if (actual !== error || !message.includes(name)) {
              wrong.push({ name, value: String(value), actual, message });
            }
          }
        }
      }
      return wrong;
    }, tag);
    assert.deepEqual(wrong, []);
    assert.deepEqual(await stage.server.connections(tag), []);
  });

  test("undefined ones are as if they were not there", async () => {
    const tag = newTag();
    const report = await page().run(async (tag) => {
      const none = undefined;
      const options = { protocols: none, signal: none, openTimeout: none, closeTimeout: none };
      const socket = await open("/echo", tag, options);
      return socket.close();
    }, tag);
    assertReport(report, { ...CLEAN, initiator: "local", sent: SENT_NO_BODY });
  });
});

stage.leavesNothing();
