// The open timeout is about the connection, and not about the page: found late by a page that was busy, it ends no
// connection that is there by then, and what has ended before it has not timed out. And an `open` event that the page
// dispatches itself takes nothing of it away.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { ABNORMAL, assertGivenUp, assertReport, assertWire, SERVER } from "./ending.mjs";
import { assertTook, newTag, ROOM_MS, setStage } from "./stage.mjs";

const OPEN_TIMEOUT_MS = 200;
/** As long the page is busy: the browser has heard from the server by then, also on a busy machine, and the page has not. */
const BUSY_MS = OPEN_TIMEOUT_MS + ROOM_MS;
/** Enough for a socket to open on a busy machine. */
const LONG_OPEN_TIMEOUT_MS = ROOM_MS;
const AT_ONCE = 5;
const FRAME = { code: 3000, reason: "done" };
const LOCAL = { initiator: "local", phase: "handshake", sent: FRAME };
const CLEAN = { ...FRAME, ...LOCAL, wasClean: true, outcome: "clean" };
const NEVER_OPENED = { ...ABNORMAL, phase: "connecting", sent: null };

const stage = setStage();

stage.inOnePage("opened", (page) => {
  test("resolves when the open handlers have run, and at once when it is open", async () => {
    const tag = newTag();
    const order = await page().run(async (tag) => {
      const order = [];
      const socket = connect("/echo", tag);
      const { opened: promise } = socket;
      const opened = promise.then((value) => order.push(["opened", value]));
      socket.addEventListener("open", () => order.push("listener"));
      socket.onopen = () => order.push("attribute");
      await opened;
      await socket.opened;
      order.push(socket.opened === promise);
      await socket.close();
      order.push(await socket.opened);
      const late = await open("/echo", tag);
      await late.opened;
      await late.close();
      order.push(await late.opened);
      const never = connect("/echo", tag);
      await never
        .close()
        .then(() => never.opened)
        .catch(({ report }) => order.push(report.outcome));
      return order;
    }, tag);
    assert.deepEqual(order, [
      ...["listener", "attribute", ["opened", undefined], true],
      ...[undefined, undefined, "never-opened"],
    ]);
  });

  test("rejects with the report if it never opens, and nobody has to look at that", async () => {
    const tag = newTag();
    const found = await page().run(async (tag) => {
      const [asked, unasked] = [connect("/reject", tag), connect("/reject", tag)];
      void unasked.opened;
      await Promise.all([asked.closed, unasked.closed]);
      const error = await asked.opened.catch((error) => error);
      await laterTask();
      return [error instanceof Error, error.report === asked.closeReport, error.report.outcome];
    }, tag);
    assert.deepEqual(found, [true, true, "never-opened"]);
    assert.deepEqual(await page().uncaught(), []);
  });
});

/** Runs in the page: constructs some sockets, keeps the page busy, and then sees what comes of them. */
async function constructAndBeBusy({ path, tag, count, openTimeout, busyMs, close }) {
  const watched = Array.from({ length: count }, () => {
    const socket = connect(path, tag, { openTimeout });
    return { socket, seen: watch(socket) };
  });
  const busyUntil = performance.now() + busyMs;
  while (performance.now() < busyUntil);
  const reports = await Promise.all(
    watched.map(async ({ socket }) => {
      if (close) {
        await Promise.race([event(socket, "open"), socket.closed]);
        socket.close(...close);
      }
      return socket.closed;
    }),
  );
  await laterTask();
  const events = watched.map(({ seen }) => seen.byListener.map(({ type }) => type));
  return { reports, events };
}

stage.inOnePage("an open timeout that passes while the page is busy", (page) => {
  const busy = { openTimeout: OPEN_TIMEOUT_MS, busyMs: BUSY_MS };

  /** Every socket has the same events; the reports. */
  function assertAlike({ events, reports }, expected) {
    assert.deepEqual(
      events,
      reports.map(() => expected),
    );
    return reports;
  }

  test("ends no connection that is there: each opens, and closes clean", async () => {
    const tag = newTag();
    const close = [FRAME.code, FRAME.reason];
    const inPage = { ...busy, count: AT_ONCE, path: "/echo", tag, close };
    const found = await page().run(constructAndBeBusy, inPage);
    for (const report of assertAlike(found, ["open", "close"])) {
      assertReport(report, CLEAN);
    }
    for (const connection of await stage.server.connections(tag, "ended")) {
      assertWire(connection, { closes: [FRAME], endedBy: SERVER });
    }
  });

  test("is not why a connection never opened that was refused before", async () => {
    const tag = newTag();
    const inPage = { ...busy, count: AT_ONCE, path: "/reject", tag };
    const found = await page().run(constructAndBeBusy, inPage);
    for (const report of assertAlike(found, ["error", "close"])) {
      assertReport(report, { ...NEVER_OPENED, outcome: "never-opened", initiator: "transport" });
    }
  });

  test("ends a connection that nobody has answered", async () => {
    const tag = newTag();
    const inPage = { ...busy, count: 1, path: "/hang", tag };
    const found = await page().run(constructAndBeBusy, inPage);
    for (const report of assertAlike(found, ["error", "close"])) {
      assertReport(report, { ...NEVER_OPENED, outcome: "timed-out", initiator: "local" });
    }
    await assertGivenUp(stage.server, tag);
  });
});

describe("an open event that the page dispatches while CONNECTING", () => {
  test("does not take the open timeout away: the connection is given up, still while connecting", async (t) => {
    const page = await stage.page(t);
    const tag = newTag();
    const { took, readyState, events, report } = await page.run(
      async ([tag, openTimeout]) => {
        const constructedAt = performance.now();
        const socket = connect("/hang", tag, { openTimeout });
        const seen = watch(socket);
        socket.dispatchEvent(new Event("open"));
        const { readyState } = socket;
        const report = await socket.closed;
        const took = performance.now() - constructedAt;
        return { took, readyState, report, events: seen.byListener.map(({ type }) => type) };
      },
      [tag, OPEN_TIMEOUT_MS],
    );
    assert.equal(readyState, 0);
    assert.deepEqual(events, ["open", "error", "close"]);
    assertReport(report, { ...NEVER_OPENED, outcome: "timed-out", initiator: "local" });
    assertTook(took, OPEN_TIMEOUT_MS);
    await assertGivenUp(stage.server, tag);
  });

  test("does not make a connection of a socket that is closed then: it never opened", async (t) => {
    const page = await stage.page(t);
    const tag = newTag();
    const report = await page.run(
      async ([tag, close]) => {
        const socket = connect("/hang", tag);
        await requested(tag);
        socket.dispatchEvent(new Event("open"));
        return socket.close(...close);
      },
      [tag, [FRAME.code, FRAME.reason]],
    );
    assertReport(report, { ...NEVER_OPENED, outcome: "never-opened", initiator: "local" });
    await assertGivenUp(stage.server, tag);
  });

  test("does not stand for the real one: the socket opens after it, and its open timeout is over then", async (t) => {
    const page = await stage.page(t);
    const tag = newTag();
    const { events, report } = await page.run(
      async ([path, tag, openTimeout, close]) => {
        const socket = connect(path, tag, { openTimeout });
        const seen = watch(socket);
        socket.dispatchEvent(new Event("open"));
        await event(socket, "open");
        const report = await socket.close(...close);
        await laterTask();
        return { report, events: seen.byListener.map(({ type, readyState }) => `${type} ${readyState}`) };
      },
      [`/late?ms=${LONG_OPEN_TIMEOUT_MS}`, tag, LONG_OPEN_TIMEOUT_MS, [FRAME.code, FRAME.reason]],
    );
    assert.deepEqual(events, ["open 0", "open 1", "close 3"]);
    assertReport(report, { ...CLEAN, elapsed: LONG_OPEN_TIMEOUT_MS });
    assertWire(await stage.server.connection(tag, "ended"), { closes: [FRAME], endedBy: SERVER });
  });
});

stage.leavesNothing();
