// terminate(), in every state: it settles in the next task, and the browser's later event reaches nobody.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ABNORMAL, assertGivenUp, assertReport, assertWire, SERVER } from "./ending.mjs";
import { engine } from "./engines.mjs";
import { closesReceived } from "./server.mjs";
import { newTag, ROOM_MS, setStage } from "./stage.mjs";

const NO_BODY = { code: null, reason: "" };
const SENT_NO_BODY = { code: 1005, reason: "" };
const STALLED_BYTES = 32 * 1024 * 1024;
const TERMINATED = { ...ABNORMAL, outcome: "terminated", initiator: "local" };

const stage = setStage();

stage.inOnePage("terminate()", (page) => {
  test("while CONNECTING: the peer sees TCP end, and exactly one close event comes", async () => {
    const tag = newTag();
    const { returned, readyState, closes, report } = await page().run(async (tag) => {
      const socket = connect("/hang", tag);
      const seen = watch(socket);
      await requested(tag);
      const returned = socket.terminate();
      const { readyState } = socket;
      const report = await socket.closed;
      while (nativeState(socket) !== WebSocket.CLOSED) {
        await laterTask();
      }
      await laterTask();
      const closes = seen.byListener.filter(({ type }) => type === "close").length;
      return { returned, readyState, report, closes };
    }, tag);
    assert.equal(returned, undefined);
    assert.equal(readyState, 2);
    assert.equal(closes, 1);
    // The browser fails the connection at once, so that its own event may be the first.
    const { outcome } = report;
    assert.ok(["terminated", "never-opened"].includes(outcome), outcome);
    assertReport(report, { ...TERMINATED, outcome, phase: "connecting", sent: null });
    await assertGivenUp(stage.server, tag);
  });

  test("while OPEN: the peer gets a Close frame without a body, and its answer reaches nobody", async () => {
    const tag = newTag();
    const { events, report } = await page().run(async (tag) => {
      const socket = await open("/late?ms=100", tag);
      const seen = watch(socket);
      socket.terminate();
      const report = await socket.closed;
      while (nativeState(socket) !== WebSocket.CLOSED) {
        await laterTask();
      }
      await laterTask();
      return { report, events: seen.byListener.map(({ type }) => type) };
    }, tag);
    assert.deepEqual(events, ["close"]);
    assertReport(report, { ...TERMINATED, phase: "handshake", sent: SENT_NO_BODY });
    assertWire(await stage.server.connection(tag, "ended"), { closes: [NO_BODY], endedBy: SERVER });
  });

  test("while CLOSING: does not wait for the deadline any more; what was sent is what close() sent", async () => {
    const tag = newTag();
    const { events, report, took } = await page().run(async (tag) => {
      const socket = await open("/silent", tag, { closeTimeout: 60_000 });
      const seen = watch(socket);
      const closed = socket.close(3000, "done");
      await laterTask();
      const calledAt = performance.now();
      socket.terminate();
      socket.terminate();
      socket.closeTimeout = Number.POSITIVE_INFINITY;
      const report = await closed;
      const took = performance.now() - calledAt;
      return { took, report, events: seen.byListener.map(({ type }) => type) };
    }, tag);
    assert.deepEqual(events, ["close"]);
    const sent = { code: 3000, reason: "done" };
    assertReport(report, { ...TERMINATED, phase: "handshake", sent });
    assert.ok(took < ROOM_MS, `${took} ms`);
    assert.deepEqual(closesReceived(await stage.server.connection(tag, "closing")), [sent]);
  });

  test("while data is queued: ends flushing, and what was not sent is counted", async () => {
    const tag = newTag();
    const { bufferedAmount, report } = await page().run(
      async ([tag, bytes]) => {
        const socket = await open("/stall", tag);
        socket.send(new Uint8Array(bytes));
        socket.terminate();
        const report = await socket.closed;
        return { report, bufferedAmount: socket.bufferedAmount };
      },
      [tag, STALLED_BYTES],
    );
    const { unsentBytes } = report;
    assert.ok(
      bufferedAmount <= STALLED_BYTES && bufferedAmount > 0 === engine.countsUnread,
      `${bufferedAmount} bytes`,
    );
    const left = engine.countsUnread
      ? { phase: "flushing", sent: null }
      : { phase: "handshake", sent: SENT_NO_BODY };
    assertReport(report, { ...TERMINATED, ...left, unsentBytes });
    assert.ok(unsentBytes >= bufferedAmount && unsentBytes <= STALLED_BYTES, `${unsentBytes} bytes`);
    assert.deepEqual(closesReceived(await stage.server.connection(tag, "opened")), []);
  });

  test("of the base class: called once, after the close event, if the connection has not ended by then", async () => {
    const tag = newTag();
    const seen = await page().run(async (tag) => {
      const seen = {};
      class Terminable extends WebSocket {
        terminate() {
          seen[new URL(this.url).pathname].push("terminate");
        }
      }
      const { withGracefulClose } = await import("/dist/index.js");
      for (const path of ["/echo", "/silent", "/close"]) {
        const url = address(path, tag);
        const socket = new (withGracefulClose(Terminable))(url, { closeTimeout: 100 });
        const events = [];
        seen[path] = events;
        socket.onclose = () => events.push("close");
        await event(socket, path === "/close" ? "close" : "open");
        await socket.close();
        await laterTask();
        await laterTask();
      }
      return seen;
    }, tag);
    assert.deepEqual(seen, { "/echo": ["close"], "/silent": ["close", "terminate"], "/close": ["close"] });
  });

  test("when CLOSED: does nothing", async () => {
    const tag = newTag();
    const { isSame, events } = await page().run(async (tag) => {
      const socket = await open("/echo", tag);
      const report = await socket.close();
      const seen = watch(socket);
      socket.terminate();
      await laterTask();
      return {
        isSame: (await socket.closed) === report && report.outcome === "clean",
        events: seen.byListener,
      };
    }, tag);
    assert.ok(isSame);
    assert.deepEqual(events, []);
    assertWire(await stage.server.connection(tag, "ended"), { closes: [NO_BODY], endedBy: SERVER });
  });
});

stage.leavesNothing();
