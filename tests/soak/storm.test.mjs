// Many sockets at once: closed in one task, and more than the browser allows.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ENGINE } from "../browsers/launch.mjs";
import { ABNORMAL } from "../npm/ending.mjs";
import { closesReceived } from "../npm/server.mjs";
import { assertTook, newTag, setStage } from "../npm/stage.mjs";

const SOCKETS = 200;
const CLOSE_TIMEOUT_MS = 1_000;
/** How many a page may have; those that are settled, and that the browser still waits for, count. */
const LIMIT = { chromium: 255 }[ENGINE];
const ENDED = 20;

const stage = setStage();

/** Defines `openUntilRefused`: the sockets that opened, and what came of the first that did not. */
function defineOpening() {
  globalThis.openUntilRefused = async (Class, most, tag) => {
    const opened = [];
    while (opened.length < most) {
      const socket = new Class(address("/echo", tag));
      const events = [];
      const { promise: refused, resolve } = Promise.withResolvers();
      for (const type of ["error", "close"]) {
        socket.addEventListener(type, ({ type, code, reason, wasClean }) => {
          events.push(type === "close" ? { type, code, reason, wasClean } : { type });
          if (type === "close") {
            resolve(true);
          }
        });
      }
      if (await Promise.race([refused, event(socket, "open").then(() => false)])) {
        return { opened, events, report: (await socket.closed) ?? null };
      }
      opened.push(socket);
    }
    return { opened };
  };
}

test(`${SOCKETS} sockets, closed in one task against silent peers, settle in time, each once`, async (t) => {
  const page = await stage.page(t);
  const tag = newTag();
  const found = await page.run(
    async ([tag, count, closeTimeout]) => {
      const sockets = [];
      const seen = [];
      while (sockets.length < count) {
        const socket = await open("/silent", tag, { closeTimeout });
        sockets.push(socket);
        seen.push(watch(socket));
      }
      const calledAt = performance.now();
      const reports = await Promise.all(
        sockets.map((socket, index) => socket.close(3000, `number ${index}`)),
      );
      const took = performance.now() - calledAt;
      await laterTask();
      const events = seen.map(({ byListener }) =>
        byListener.map(({ type, readyState }) => [type, readyState]),
      );
      return { took, reports, events };
    },
    [tag, SOCKETS, CLOSE_TIMEOUT_MS],
  );
  assertTook(found.took, CLOSE_TIMEOUT_MS);
  assert.deepEqual(found.events, Array(SOCKETS).fill([["close", 3]]));
  for (const [index, { timeConnecting, timeOpen, elapsed, ...report }] of found.reports.entries()) {
    const sent = { code: 3000, reason: `number ${index}` };
    const end = { outcome: "timed-out", initiator: "local", phase: "handshake", unsentBytes: 0 };
    assert.deepEqual(report, { ...ABNORMAL, ...end, sent });
    assertTook(elapsed, CLOSE_TIMEOUT_MS);
  }
  const connections = await stage.server.connections(tag, "closing");
  const closes = connections.flatMap(closesReceived).map(({ reason }) => reason);
  assert.deepEqual(new Set(closes), new Set(found.reports.map(({ sent }) => sent.reason)));
  assert.equal(closes.length, SOCKETS, "one Close frame each");

  if (LIMIT) {
    await page.run(defineOpening);
    const more = await page.run(
      async ([tag, most]) => (await openUntilRefused(GracefulWebSocket, most, tag)).opened.length,
      [newTag(), LIMIT],
    );
    assert.equal(more, LIMIT - SOCKETS, "the browser still has those that have settled");
  }
});

if (LIMIT) {
  test("a socket more than the browser allows is told like the platform's; one opens when others have ended", async (t) => {
    const page = await stage.page(t);
    await page.run(defineOpening);
    const found = await page.run(
      async ([tag, limit, ended]) => {
        const { opened, events, report } = await openUntilRefused(GracefulWebSocket, limit + 1, tag);
        const platforms = await openUntilRefused(WebSocket, 1, tag);
        const count = opened.length;
        const ends = await Promise.all(opened.splice(0, ended).map((socket) => socket.close(3000, "room")));
        const again = await openUntilRefused(GracefulWebSocket, ended + 1, tag);
        const rest = await Promise.all([...opened, ...again.opened].map((socket) => socket.close()));
        const outcomes = [...ends, ...rest].map(({ outcome }) => outcome);
        const { timeConnecting, timeOpen, elapsed, ...told } = report;
        return { count, events, platforms: platforms.events, told, again: again.opened.length, outcomes };
      },
      [newTag(), LIMIT, ENDED],
    );
    assert.equal(found.count, LIMIT);
    assert.deepEqual(found.events, [{ type: "error" }, { type: "close", ...ABNORMAL }]);
    assert.deepEqual(found.platforms, found.events);
    const told = {
      outcome: "never-opened",
      initiator: "transport",
      sent: null,
      phase: "connecting",
      unsentBytes: 0,
    };
    assert.deepEqual(found.told, { ...ABNORMAL, ...told });
    assert.equal(found.again, ENDED);
    assert.deepEqual(found.outcomes, Array(LIMIT + ENDED).fill("clean"));
  });
}

stage.leavesNothing();
