// Pages that the browser holds back: hidden ones, whose timers are late, and frozen ones, in which nothing runs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as passes } from "node:timers/promises";

import { hideBehindAnotherTab } from "../browsers/hide.mjs";
import { ENGINE, launchLifelike } from "../browsers/launch.mjs";
import { ABNORMAL, assertReport, LOST, openInPage, seenInPage } from "./ending.mjs";
import { closesReceived } from "./server.mjs";
import { newTag, setStage } from "./stage.mjs";

const CLOSE_TIMEOUT_MS = 300;
const FROZEN_MS = 800;
const ANSWER_AFTER_MS = 500;
const FRAME = { code: 3000, reason: "done" };
const GOING_AWAY = { code: 1001, reason: "" };
const ENDED = { initiator: "local", phase: "handshake", sent: FRAME };
const TIMED_OUT = { ...ABNORMAL, ...ENDED, outcome: "timed-out" };
const CLEAN = { ...FRAME, ...ENDED, outcome: "clean", wasClean: true };

const stage = setStage(launchLifelike);

/**
 * How a page is hidden: another tab comes to the front. WebKit's driver has no way: it shows the page that it sends
 * commands to.
 */
const hide = {
  chromium: (page) => hideBehindAnotherTab(page.native),
  firefox: (page) => page.run(openTab),
}[ENGINE];

/** Runs in the page. */
function openTab() {
  Object.assign(document.createElement("a"), { href: "about:blank", target: "_blank" }).click();
}

/** A page with a socket, which is closed if there is a frame. */
function pageWithSocket(t, path, options) {
  return openInPage(stage, t, path, { closeTimeout: CLOSE_TIMEOUT_MS, ...options });
}

function close(page, tag) {
  return page.run(
    ([tag, { code, reason }]) => void sockets.get(tag).socket.close(code, reason),
    [tag, FRAME],
  );
}

async function assertEnd(page, tag, expected) {
  await page.run((tag) => sockets.get(tag).socket.closed, tag);
  const { report, events } = await seenInPage(page, tag);
  assert.deepEqual(events, ["close"]);
  assertReport(report, expected);
  assert.deepEqual(closesReceived(await stage.server.connection(tag)), [FRAME]);
}

if (hide) {
  for (const [name, path, expected] of [
    [
      "settles in the bound, but for what its timers are late",
      "/silent",
      { ...TIMED_OUT, elapsed: CLOSE_TIMEOUT_MS },
    ],
    ["closes cleanly", "/echo", CLEAN],
  ]) {
    test(`a socket of a hidden page ${name}`, async (t) => {
      const { page, tag } = await pageWithSocket(t, path);
      await hide(page);
      await page.run(() => hidden());
      await close(page, tag);
      await assertEnd(page, tag, expected);
    });
  }
}

/** Only Chromium can be told to freeze a page. (A page in the back-forward cache is frozen too, in every engine.) */
if (ENGINE === "chromium") {
  /** The page is frozen for some time, in which nothing of it runs. */
  async function freeze(page, whileFrozen) {
    const session = await page.native.createCDPSession();
    await session.send("Page.setWebLifecycleState", { state: "frozen" });
    const seen = await whileFrozen();
    await session.send("Page.setWebLifecycleState", { state: "active" });
    return seen;
  }

  test("a page is frozen while its socket closes: a deadline that passes is found passed when it runs again", async (t) => {
    const { page, tag } = await pageWithSocket(t, "/silent");
    await close(page, tag);
    await freeze(page, () => passes(FROZEN_MS));
    await assertEnd(page, tag, { ...TIMED_OUT, elapsed: FROZEN_MS });
  });

  test("a page is frozen, and its timers are dead: that it runs again is told to the document only, and is enough", async (t) => {
    const page = await stage.emptyPage(t, () => {
      globalThis.setTimeout = () => 0;
    });
    await page.run(() => import("/in-page.mjs"));
    const tag = newTag();
    await page.run(
      async ([tag, closeTimeout, { code, reason }]) => {
        const socket = await open("/silent", tag, { closeTimeout });
        globalThis.told = [];
        for (const type of ["visibilitychange", "pageshow", "resume"]) {
          document.addEventListener(type, ({ bubbles }) => told.push({ type, bubbles }));
        }
        globalThis.end = socket.close(code, reason);
      },
      [tag, CLOSE_TIMEOUT_MS, FRAME],
    );
    await freeze(page, () => passes(FROZEN_MS));
    const { told, report } = await page.run(async () => ({ report: await end, told }));
    // Before, as it freezes, it may have been told that it is hidden.
    assert.deepEqual(told.at(-1), { type: "resume", bubbles: false });
    assertReport(report, { ...TIMED_OUT, elapsed: FROZEN_MS });
    assert.deepEqual(closesReceived(await stage.server.connection(tag)), [FRAME]);
  });

  test("a page is frozen while its socket closes: an answer that comes counts, though the deadline has passed", async (t) => {
    const { page, tag } = await pageWithSocket(t, `/late?ms=${ANSWER_AFTER_MS}`);
    await close(page, tag);
    const connection = await freeze(page, () => stage.server.connection(tag, "ended"));
    assert.equal(connection.ended.by, "server");
    await assertEnd(page, tag, { ...CLEAN, elapsed: ANSWER_AFTER_MS });
  });

  test("a page with an open socket is frozen: the browser fails the connection, and says so once", async (t) => {
    const { page, tag } = await pageWithSocket(t, "/echo");
    await freeze(page, () => passes(FROZEN_MS));
    await page.run((tag) => sockets.get(tag).socket.closed, tag);
    const { report, events } = await seenInPage(page, tag);
    assert.deepEqual(events, ["error", "close"]);
    assertReport(report, LOST);
    assert.deepEqual(closesReceived(await stage.server.connection(tag, "ended")), [GOING_AWAY]);
  });
}

stage.leavesNothing();
