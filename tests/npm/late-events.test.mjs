// The browser's own event, when it comes after the socket has settled: it reaches nobody. And events that the page
// dispatches itself: they reach everybody, and mean nothing to the socket.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { ABNORMAL, assertReport, assertWire, SERVER } from "./ending.mjs";
import { newTag, setStage } from "./stage.mjs";

const CLOSE_TIMEOUT_MS = 300;
const LATE_MS = 1_500;
const FRAME = { code: 3000, reason: "done" };
const TIMED_OUT = { ...ABNORMAL, outcome: "timed-out", phase: "handshake", initiator: "local", sent: FRAME };

const stage = setStage();

/** Closes, lets the close timeout pass, and listens in every way until the browser's own event has been. */
async function listenUntilLateEvent(page, path, tag) {
  const beforeIt = await page.run(
    async ([path, tag, closeTimeout, close]) => {
      const calls = [];
      const listen = (socket, name) => {
        for (const type of ["error", "close"]) {
          socket.addEventListener(type, () => calls.push(`${name} ${type}`));
          socket.addEventListener(type, () => calls.push(`${name} capturing ${type}`), { capture: true });
          socket.addEventListener(type, { handleEvent: () => calls.push(`${name} object ${type}`) });
        }
      };
      const socket = connect(path, tag, { closeTimeout });
      listen(socket, "at once");
      await event(socket, "open");
      listen(socket, "open");
      const closed = socket.close(...close);
      socket.onclose = () => calls.push("attribute close");
      socket.onerror = () => calls.push("attribute error");
      const report = await closed;
      const callsInTime = calls.splice(0);
      const stateInTime = nativeState(socket);
      listen(socket, "settled");
      socket.onclose = () => calls.push("later attribute close");
      sockets.set(tag, { socket, calls, report });
      return { callsInTime, stateInTime };
    },
    [path, tag, CLOSE_TIMEOUT_MS, [FRAME.code, FRAME.reason]],
  );
  const connection = await stage.server.connection(tag, "ended");
  const afterIt = await page.run(async (tag) => {
    const { socket, calls, report } = sockets.get(tag);
    while (nativeState(socket) !== WebSocket.CLOSED) {
      await laterTask();
    }
    // The event is fired in the task in which the state changes.
    await laterTask();
    return { calls, report, isSame: socket.closeReport === report && (await socket.closed) === report };
  }, tag);
  return { ...beforeIt, ...afterIt, connection };
}

describe("the browser's own event, of", { concurrency: true }, () => {
  for (const [name, path] of [
    ["the answer to the Close frame", `/late?ms=${LATE_MS}`],
    ["a broken connection", `/reset?on=close&after=${LATE_MS}`],
  ]) {
    test(`${name}, late: reaches no listener, and the report stays as it was`, async (t) => {
      const page = await stage.page(t);
      const late = await listenUntilLateEvent(page, path, newTag());
      assert.equal(late.stateInTime, 2, "the browser had not settled");
      const inTime = ["at once", "open"].flatMap((name) => [
        `${name} close`,
        `${name} capturing close`,
        `${name} object close`,
      ]);
      assert.deepEqual(late.callsInTime.sort(), [...inTime, "attribute close"].sort());
      assert.deepEqual(late.calls, []);
      assert.ok(late.isSame);
      assertReport(late.report, { ...TIMED_OUT, elapsed: CLOSE_TIMEOUT_MS });
      assertWire(late.connection, { closes: [FRAME], endedBy: SERVER });
    });
  }
});

test("an invalid answer, late: neither its error nor its close event reaches a listener", async (t) => {
  const page = await stage.page(t);
  const tag = newTag();
  const { inTime, late, report } = await page.run(
    async ([tag, close]) => {
      // The answer may be faster than the next task; then another socket is closed.
      let socket;
      let seen;
      let report = null;
      while (report?.outcome !== "timed-out") {
        socket = await open("/invalid-close?kind=one-byte", tag, { closeTimeout: 0 });
        seen = watch(socket);
        report = await socket.close(...close);
      }
      const inTime = seen.byListener.length;
      while (nativeState(socket) !== WebSocket.CLOSED) {
        await laterTask();
      }
      await laterTask();
      return { inTime, late: seen.byListener.length - inTime, report };
    },
    [tag, [FRAME.code, FRAME.reason]],
  );
  assert.deepEqual({ inTime, late }, { inTime: 1, late: 0 });
  assertReport(report, TIMED_OUT);
  for (const connection of await stage.server.connections(tag, "ended")) {
    assertWire(connection, { closes: [FRAME], endedBy: SERVER });
  }
});

stage.inOnePage("an event that the page dispatches", (page) => {
  test("on an open socket reaches the listeners, and changes nothing", async () => {
    const tag = newTag();
    const { events, readyState, report, echo, realReport } = await page().run(async (tag) => {
      const socket = await open("/echo", tag);
      const seen = watch(socket);
      socket.dispatchEvent(new Event("open"));
      socket.dispatchEvent(new Event("error"));
      socket.dispatchEvent(new CloseEvent("close", { code: 4000, reason: "forged", wasClean: true }));
      const events = seen.byListener.map(({ type }) => type);
      await laterTask();
      const { readyState, closeReport: report } = socket;
      socket.send("still open");
      const { data: echo } = await event(socket, "message");
      return { events, readyState, report, echo, realReport: await socket.close(3000, "real") };
    }, tag);
    assert.deepEqual(events, ["open", "error", "close"]);
    assert.deepEqual({ readyState, report, echo }, { readyState: 1, report: null, echo: "still open" });
    const frame = { code: 3000, reason: "real" };
    const clean = { ...frame, wasClean: true, outcome: "clean", phase: "handshake", initiator: "local" };
    assertReport(realReport, { ...clean, sent: frame });
    assertWire(await stage.server.connection(tag, "ended"), { closes: [frame], endedBy: SERVER });
  });

  test("on a closing socket does not settle it", async () => {
    const { during, report } = await page().run(
      async ([tag, closeTimeout, close]) => {
        const socket = await open("/silent", tag, { closeTimeout });
        const closed = socket.close(...close);
        let during;
        socket.onclose = () => {
          during ??= { readyState: socket.readyState, closeReport: socket.closeReport };
        };
        socket.dispatchEvent(new CloseEvent("close", { code: 4000, wasClean: true }));
        return { during, report: await closed };
      },
      [newTag(), CLOSE_TIMEOUT_MS, [FRAME.code, FRAME.reason]],
    );
    assert.deepEqual(during, { readyState: 2, closeReport: null });
    assertReport(report, { ...TIMED_OUT, elapsed: CLOSE_TIMEOUT_MS });
  });
});

stage.leavesNothing();
