// The browser's own event, if it is queued already, wins over a deadline that is found to have passed, and over
// terminate(): what the page is told is what has happened.

import assert from "node:assert/strict";
import { test } from "node:test";

import { assertReport, assertWire, SERVER } from "./ending.mjs";
import { newTag, setStage } from "./stage.mjs";

const SHORT_MS = 300;
const LONG_MS = 60_000;
/** The peer's answer comes while the page is blocked, and so does the short deadline. */
const BLOCKED_MS = 600;
const PATH = "/late?ms=100";

const FRAME = { code: 3000, reason: "done" };
const CLEAN = {
  ...FRAME,
  wasClean: true,
  outcome: "clean",
  phase: "handshake",
  initiator: "local",
  sent: FRAME,
  elapsed: BLOCKED_MS,
};

const stage = setStage();

stage.inOnePage("the browser's event, queued already, wins over a deadline", (page) => {
  for (const [how, count, closeTimeout, finding] of [
    ["found by the timer", 1, SHORT_MS, "timer"],
    ["found by 20 timers", 20, SHORT_MS, "timer"],
    ["found as closeTimeout of 20 sockets is set", 20, LONG_MS, "closeTimeout"],
    ["of 20 sockets, found as the page comes back", 20, SHORT_MS, "pageshow"],
    ["that terminate() sets on 20 sockets", 20, LONG_MS, "terminate"],
  ]) {
    test(how, async () => {
      const tag = newTag();
      const ends = await page().run(
        async ([path, tag, count, closeTimeout, finding, short, blocked, close]) => {
          const watched = [];
          while (watched.length < count) {
            const socket = await open(path, tag, { closeTimeout });
            watched.push({ socket, seen: watch(socket) });
          }
          const closed = watched.map(({ socket }) => socket.close(...close));
          const until = performance.now() + blocked;
          while (performance.now() < until);
          for (const { socket } of watched) {
            switch (finding) {
              case "closeTimeout":
                socket.closeTimeout = short;
                break;
              case "terminate":
                socket.terminate();
            }
          }
          if (finding === "pageshow") {
            dispatchEvent(new Event("pageshow"));
          }
          await Promise.all(closed);
          await laterTask();
          return watched.map(({ socket, seen }) => ({
            report: socket.closeReport,
            events: seen.byListener.map(({ type }) => type),
          }));
        },
        [PATH, tag, count, closeTimeout, finding, SHORT_MS, BLOCKED_MS, [FRAME.code, FRAME.reason]],
      );
      assert.equal(ends.length, count);
      for (const { report, events } of ends) {
        assertReport(report, CLEAN);
        assert.deepEqual(events, ["close"]);
      }
      for (const connection of await stage.server.connections(tag, "ended")) {
        assertWire(connection, { closes: [FRAME], endedBy: SERVER });
      }
    });
  }
});

stage.leavesNothing();
