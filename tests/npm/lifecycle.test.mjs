// What a page goes through while its sockets are open or closing, with a browser as people use it:
// - it goes into the back-forward cache, with sockets or when they have ended, and comes back
// - it is left for good, or its tab is closed
// - its worker is ended
// - the system's clock is set

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as passes } from "node:timers/promises";

import { ENGINE, launchLifelike } from "../browsers/launch.mjs";
import { ABNORMAL, assertReport, BROWSER, LOST, openInPage, seenInPage } from "./ending.mjs";
import { closesReceived } from "./server.mjs";
import { assertTook, newTag, setStage } from "./stage.mjs";

const CLOSE_TIMEOUT_MS = 300;
/** What passes while the page is away: more than the close timeout. */
const AWAY_MS = 800;
const ANSWER_AFTER_MS = 500;
const FRAME = { code: 3000, reason: "done" };
const AWAY = { code: 4000, reason: "away" };
const NO_BODY = { code: null, reason: "" };
const GOING_AWAY = { code: 1001, reason: "" };

/** What each engine does with the sockets of a page that goes. */
const { closesOpen, endsWithPage, isCached, saysThatAnswerIsClean } = {
  // It fails the connection of an open socket when the page comes back.
  chromium: {
    closesOpen: [],

    endsWithPage: true,
    isCached: true,
    saysThatAnswerIsClean: true,
  },
  // It does not cache a page with a connection, and closes that before it tells the page.
  firefox: { closesOpen: [GOING_AWAY], endsWithPage: false, isCached: false },
  // It sends a reason of its own, and an answer that comes while the page is away is an error.
  webkit: {
    closesOpen: [{ code: 1001, reason: "WebSocket is closed due to suspension." }],

    endsWithPage: true,
    isCached: true,
    saysThatAnswerIsClean: false,
  },
}[ENGINE];

const stage = setStage(launchLifelike);

/** A page with a socket, which is closed if there is a frame. */
function pageWithSocket(t, path, options) {
  return openInPage(stage, t, path, { closeTimeout: CLOSE_TIMEOUT_MS, ...options });
}

/** Whether it is the page that was left, and not one that was loaded anew. */
function isTheSame(page) {
  return page.run(() => "sockets" in globalThis);
}

/** Returns to a page that is in the cache; Firefox's driver would wait for the page to load. */
const goBack = {
  chromium: (page) => page.goBack(),
  firefox: (page) => unlessGone(page.run(() => void setTimeout(() => history.back()))),
  webkit: (page) => page.goBack(),
}[ENGINE];

/** What has run in the page; nothing, if the page it was run in went meanwhile. */
async function unlessGone(running) {
  try {
    return await running;
  } catch (error) {
    if (!/context was destroyed/.test(error.message)) {
      throw error;
    }
    return undefined;
  }
}

/** Leaves the page for some time, and returns to it. What the peer has seen by then. */
async function leaveAndReturn(page, tag) {
  await page.goto("/in-page.mjs");
  await passes(AWAY_MS);
  const connection = await stage.server.connection(tag);
  await page.goBack();
  assert.equal(await isTheSame(page), isCached);
  return connection;
}

/** The end of a socket whose page has come back: it comes at once, and once. */
async function endSeen(page, tag) {
  await page.run((tag) => sockets.get(tag).socket.closed, tag);
  const { report, events } = await seenInPage(page, tag);
  assert.equal(events.filter((type) => type === "close").length, 1);
  return report;
}

test("a page with an open socket goes into the cache: the connection is lost, and the page hears that when it is back", async (t) => {
  const { page, tag } = await pageWithSocket(t, "/echo");
  const connection = await leaveAndReturn(page, tag);
  assert.deepEqual(closesReceived(connection), closesOpen);
  if (isCached) {
    const report = await endSeen(page, tag);
    assertReport(report, LOST);
  }
  await stage.server.connection(tag, "ended");
});

test("a page whose sockets have ended goes into the cache of every engine, and opens others when it is back", async (t) => {
  const { page, tag } = await pageWithSocket(t, "/echo");
  const isBack = newTag();
  await page.run(
    async ([tag, isBack]) => {
      await sockets.get(tag).socket.close();
      addEventListener("pageshow", ({ persisted }) => {
        Object.assign(globalThis, { persisted });
        fetch(`/204?tag=${isBack}`);
      });
    },
    [tag, isBack],
  );
  await page.goto("/in-page.mjs");
  await goBack(page);
  await stage.server.connection(isBack, "ended");
  let found;
  // For a moment Firefox's driver may run it in the page that was there before.
  do {
    found = await unlessGone(page.run(() => [persisted, sockets.size]));
  } while (!found);
  assert.deepEqual(found, [true, 1]);
  const outcome = await page.run(async (tag) => {
    const socket = await open("/echo", tag);
    return (await socket.close()).outcome;
  }, newTag());
  assert.equal(outcome, "clean");
});

test("with onPageHide an open socket is closed with the chosen code: the peer gets it while the page is away", async (t) => {
  const { page, tag } = await pageWithSocket(t, "/echo", { onPageHide: AWAY });
  const connection = await leaveAndReturn(page, tag);
  assert.deepEqual(closesReceived(connection), isCached ? [AWAY] : closesOpen);
  assert.equal(connection.ended.by, "server");
  if (isCached) {
    const { elapsed, timeConnecting, timeOpen, outcome, wasClean, ...report } = await endSeen(page, tag);
    assert.deepEqual(report, { ...AWAY, initiator: "local", phase: "handshake", sent: AWAY, unsentBytes: 0 });
    assert.deepEqual([outcome, wasClean], saysThatAnswerIsClean ? ["clean", true] : ["unclean", false]);
  }
});

test("with onPageHide as a word an open socket is closed without a code: so the peer has it while the page is away", async (t) => {
  const { page, tag } = await pageWithSocket(t, "/echo", { onPageHide: "close" });
  const connection = await leaveAndReturn(page, tag);
  assert.deepEqual(closesReceived(connection), isCached ? [NO_BODY] : closesOpen);
  assert.equal(connection.ended.by, "server");
  if (isCached) {
    const { elapsed, timeConnecting, timeOpen, outcome, wasClean, code, reason, ...report } = await endSeen(
      page,
      tag,
    );
    const sent = { code: 1005, reason: "" };
    assert.deepEqual(report, { initiator: "local", phase: "handshake", sent, unsentBytes: 0 });
    assert.deepEqual([outcome, wasClean], saysThatAnswerIsClean ? ["clean", true] : ["unclean", false]);
    assert.deepEqual([code, reason], [1005, ""]);
  }
});

test("with onPageHide a peer that never answers costs the page nothing: it is settled when the page is back", async (t) => {
  const { page, tag } = await pageWithSocket(t, "/silent", { onPageHide: AWAY });
  const connection = await leaveAndReturn(page, tag);
  assert.deepEqual(closesReceived(connection), isCached ? [AWAY] : closesOpen);
  if (isCached) {
    const report = await endSeen(page, tag);
    assertReport(report, {
      ...{ ...ABNORMAL, outcome: "timed-out", initiator: "local", phase: "handshake", sent: AWAY },
      elapsed: AWAY_MS,
    });
  }
});

test("a deadline that passes while the page is away is found passed when it is back", async (t) => {
  const { page, tag } = await pageWithSocket(t, "/silent", { close: FRAME });
  const connection = await leaveAndReturn(page, tag);
  assert.deepEqual(closesReceived(connection), [FRAME]);
  if (isCached) {
    const report = await endSeen(page, tag);
    assertReport(report, {
      ...{ ...ABNORMAL, outcome: "timed-out", initiator: "local", phase: "handshake", sent: FRAME },
      elapsed: AWAY_MS,
    });
  }
});

test("an answer that comes while the page is away counts, though the deadline has passed when it is back", async (t) => {
  const { page, tag } = await pageWithSocket(t, `/late?ms=${ANSWER_AFTER_MS}`, { close: FRAME });
  const connection = await leaveAndReturn(page, tag);
  assert.deepEqual(closesReceived(connection), [FRAME]);
  assert.equal(connection.ended.by, "server");
  if (isCached) {
    const { elapsed, timeConnecting, timeOpen, outcome, wasClean, ...report } = await endSeen(page, tag);
    assert.deepEqual(report, {
      ...FRAME,
      initiator: "local",
      phase: "handshake",
      sent: FRAME,
      unsentBytes: 0,
    });
    assert.deepEqual([outcome, wasClean], saysThatAnswerIsClean ? ["clean", true] : ["unclean", false]);
  }
});

test("a page is left for good with a socket that closes: the connection ends by the browser's own rules", async (t) => {
  const { page, tag } = await pageWithSocket(t, "/silent", { close: FRAME });
  await page.close();
  const connection = await stage.server.connection(tag, endsWithPage ? "ended" : "closing");
  assert.deepEqual(closesReceived(connection), [FRAME]);
  assert.ok([undefined, ...BROWSER].includes(connection.ended?.by), connection.ended?.by);
});

test("a tab is closed with an open socket: the peer sees the end of it", async (t) => {
  const { page, tag } = await pageWithSocket(t, "/echo");
  await page.close();
  const connection = await stage.server.connection(tag, "ended");
  assert.deepEqual(closesReceived(connection), [GOING_AWAY]);
});

test("a tab is closed with a disposable socket: nothing of it stays", async (t) => {
  const { page, tag } = await pageWithSocket(t, "/echo", { disposable: true });
  await page.close();
  await stage.server.connection(tag, "ended");
});

test("a worker is ended while its socket closes: the connection ends by the browser's own rules", async (t) => {
  const page = await stage.page(t);
  const tag = newTag();
  await page.run(async (tag) => {
    const script = `importScripts("${location.origin}/dist/graceful-websocket.global.js");
      const socket = new GracefulWebSocket("${address("/silent", tag)}");
      socket.onopen = () => { socket.close(3000, "done"); postMessage("closing"); };`;
    const worker = new Worker(URL.createObjectURL(new Blob([script])));
    await event(worker, "message");
    sockets.set(tag, worker);
  }, tag);
  await stage.server.connection(tag, "closing");
  await page.run((tag) => sockets.get(tag).terminate(), tag);
  const connection = await stage.server.connection(tag, endsWithPage ? "ended" : "closing");
  assert.deepEqual(closesReceived(connection), [FRAME]);
});

test("the system's clock is set, forth and back, while the socket closes: the deadline stays where it is", async (t) => {
  for (const byMs of [86_400_000, -86_400_000]) {
    const { page, tag } = await pageWithSocket(t, "/silent");
    const took = await page.run(
      async ([tag, byMs]) => {
        const { socket } = sockets.get(tag);
        const calledAt = performance.now();
        socket.close(3000, "done");
        const now = Date.now;
        Date.now = () => now() + byMs;
        await socket.closed;
        return performance.now() - calledAt;
      },
      [tag, byMs],
    );
    assertTook(took, CLOSE_TIMEOUT_MS);
    const { report } = await seenInPage(page, tag);
    assert.equal(report.outcome, "timed-out");
  }
});

stage.leavesNothing();
