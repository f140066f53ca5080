// Deadlines in a page that is hidden for long. Chromium lets a timer of such a page fire once a minute only, if timers
// have led to it: one that sets the next, five times or more, or an interval (HTML, "timer initialization steps": the
// nesting level). A heartbeat is a chain of that kind, and it is the heartbeat that finds out that a peer is gone.
//
// A deadline that is armed in such a chain is kept as any other: of close(), by each kind of chain; of a closeTimeout
// that is moved while closing; of the opening handshake. That the browser does hold the page back a plain timer proves.

import assert from "node:assert/strict";
import { before, test } from "node:test";

import { hideBehindAnotherTab } from "../browsers/hide.mjs";
import { ENGINE, launchHoldingBack } from "../browsers/launch.mjs";
import { assertGivenUp, assertReport } from "./ending.mjs";
import { closesReceived } from "./server.mjs";
import { assertTook, newTag, setStage } from "./stage.mjs";

const DEADLINE_MS = 3_000;
/** More than a socket is late by whom the page's own timers serve. */
const LONG_MS = 10_000;
/** 10 s until the page is held back, a minute until it has its turn, and another if the socket has to wait for it. */
const LONGEST_MS = 150_000;
/** So much is queued that it stays queued: the browser has no patience of its own to run out while it is. */
const STALLED_BYTES = 32 * 1024 * 1024;

const FRAME = { code: 3000, reason: "done" };
const CLOSE = [FRAME.code, FRAME.reason];
const ENDED = { code: 1006, reason: "", wasClean: false, outcome: "timed-out", initiator: "local" };
const UNANSWERED = { ...ENDED, phase: "handshake", sent: FRAME };

/** Only Chromium holds a page back like that, and can be told to do so soon. */
if (ENGINE === "chromium") {
  const stage = setStage(launchHoldingBack);

  stage.inOnePage(
    "in a page that is hidden for long",
    (page) => {
      before(async () => {
        await hideBehindAnotherTab(page().native);
        await page().run(() => hidden());
      });

      /** Asserts that a socket settles on time whose deadline the script arms in a chain that is held back. */
      async function assertSettles(script, argument) {
        const tag = newTag();
        const { took, timerTook, report } = await page().run(
          script,
          { tag, deadline: DEADLINE_MS, close: CLOSE, ...argument },
          { hangsAfterMs: LONGEST_MS },
        );
        const lateBy = timerTook - DEADLINE_MS;
        assert.ok(lateBy > LONG_MS, `the page is not held back: a plain timer is late by ${lateBy} ms`);
        assertTook(took, DEADLINE_MS);
        return { tag, report };
      }

      for (const [name, chain] of [
        ["a chain of timers", "timeouts"],
        ["an interval", "interval"],
        ["an asynchronous function that awaits timers", "promises"],
      ]) {
        test(`close() from ${name} settles on time`, async () => {
          const { tag, report } = await assertSettles(
            async ({ tag, deadline, close, chain }) => {
              const socket = await open("/silent", tag, { closeTimeout: deadline });
              return fromHeldBack(chain, deadline, () => {
                socket.close(...close);
                return socket;
              });
            },
            { chain },
          );
          assertReport(report, { ...UNANSWERED, elapsed: DEADLINE_MS });
          assert.deepEqual(closesReceived(await stage.server.connection(tag, "closing")), [FRAME]);
        });
      }

      // As text, for Infinity does not cross to a page inside of an object.
      for (const first of [60_000, Number.POSITIVE_INFINITY]) {
        test(`closeTimeout moved from ${first} settles on time, in the timer that has called close()`, async () => {
          const { tag, report } = await assertSettles(
            async ({ tag, deadline, close, first }) => {
              const socket = await open("/silent", tag, { closeTimeout: Number(first) });
              return fromHeldBack("timeouts", deadline, () => {
                socket.close(...close);
                socket.closeTimeout = deadline;
                return socket;
              });
            },
            { first: String(first) },
          );
          assertReport(report, { ...UNANSWERED, elapsed: DEADLINE_MS });
          assert.deepEqual(closesReceived(await stage.server.connection(tag, "closing")), [FRAME]);
        });
      }

      for (const first of [3_600_000, Number.POSITIVE_INFINITY]) {
        test(`closeTimeout moved from ${first} settles on time, in a timer long after close()`, async () => {
          const { report } = await assertSettles(
            async ({ tag, deadline, close, first, bytes }) => {
              const socket = await open("/stall", tag, { closeTimeout: Number(first) });
              socket.send(new Uint8Array(bytes));
              // Before, for the timeout counts from within close().
              const closedAt = performance.now();
              socket.close(...close);
              return fromHeldBack("timeouts", deadline, () => {
                socket.closeTimeout = performance.now() - closedAt + deadline;
                return socket;
              });
            },
            { first: String(first), bytes: STALLED_BYTES },
          );
          const { elapsed, timeConnecting, timeOpen, unsentBytes, ...rest } = report;
          assert.deepEqual(rest, { ...ENDED, phase: "flushing", sent: null });
        });
      }

      test("a socket that is made in a chain of timers has the open timeout kept", async () => {
        const { tag, report } = await assertSettles(({ tag, deadline }) =>
          fromHeldBack("timeouts", deadline, () => connect("/hang", tag, { openTimeout: deadline })),
        );
        assertReport(report, { ...ENDED, phase: "connecting", sent: null });
        await assertGivenUp(stage.server, tag);
      });
    },
    { concurrency: true, modules: ["throttled-in-page.mjs"] },
  );

  stage.leavesNothing();
}
