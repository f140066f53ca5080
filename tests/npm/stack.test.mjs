// The stack exhausted, in every call that a page can make: the call may throw the engine's error, and that is all. Every
// socket settles in its bound, nothing else is thrown to nobody, and a new socket works.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { assertWorks, hostilePage } from "./hostile.mjs";
import { newTag, setStage } from "./stage.mjs";

const CLOSE_TIMEOUT_MS = 300;
const SOCKETS_CONSTRUCTED = 10;

/** What each engine says when there is no stack left: of a listener, say, which nobody can catch. */
const EXHAUSTED = /call stack|recursion/i;

const WAYS = ["on the way in", "on the way out"];
const ENTRIES = [
  ...["close()", "terminate()", "send()", "send() of a Close frame", "setting closeTimeout"],
  ...["getting readyState", "getting closed", "getting closeReport", "getting released"],
  ...["dispatching open", "dispatching error", "dispatching close", "dispatching message"],
];

const stage = setStage();

function stackPage(t) {
  return hostilePage(stage, t, "stack-in-page.mjs");
}

/** Asserts that nobody was thrown anything but that the stack is exhausted, and that the core is whole. */
async function assertUnharmed(page) {
  await assertWorks(page);
  const uncaught = await page.uncaught();
  assert.deepEqual(
    uncaught.filter((message) => !EXHAUSTED.test(message)),
    [],
    "uncaught errors",
  );
}

/** How a socket in the state may end that is closed after the call. */
function endsIn(state, entry) {
  // The call may have been made nowhere, if there was never enough of the stack.
  const timedOut = entry === "terminate()" ? ["terminated", "timed-out"] : ["timed-out"];
  return {
    CLOSED: ["clean"],
    CLOSING: timedOut,
    OPEN: timedOut,
    // It is failed at once, which the browser tells by an event of its own, in time or not.
    CONNECTING: ["never-opened", ...timedOut],
  }[state];
}

for (const way of WAYS) {
  describe(`where the stack ends, ${way},`, () => {
    for (const entry of ENTRIES) {
      test(`${entry} changes nothing about the end of a socket, in any state`, async (t) => {
        const page = await stackPage(t);
        const found = await page.run(
          async ({ way, entry, tag, closeTimeout }) => {
            const sockets = Object.entries(await socketsInEachState(tag, { closeTimeout }));
            const closes = sockets.map(([, socket]) => countCloses(socket));
            for (const [, socket] of sockets) {
              callWhereStackEnds(way, () => entries[entry](socket));
              socket.close(3000, "done");
            }
            const ends = sockets.map(async ([state, socket], index) => {
              const end = await settled(socket);
              await laterTask();
              return [state, { end, closes: closes[index]() }];
            });
            return Object.fromEntries(await Promise.all(ends));
          },
          { way, entry, tag: newTag(), closeTimeout: CLOSE_TIMEOUT_MS },
        );
        for (const [state, { end, closes }] of Object.entries(found)) {
          assert.ok(endsIn(state, entry).includes(end), `${state}: ${end}`);
          assert.equal(closes, state === "CLOSED" ? 0 : 1, `close events of ${state}`);
        }
        await assertUnharmed(page);
      });
    }

    test("every socket that is constructed settles, also if it is the first", async (t) => {
      const page = await stackPage(t);
      const tag = newTag();
      const ends = await page.run(
        async ({ way, tag, closeTimeout, count }) => {
          const sockets = [];
          callWhereStackEnds(way, () => {
            if (sockets.length < count) {
              sockets.push(connect("/silent", tag, { closeTimeout }));
            }
          });
          // If not even one was: now it can be.
          sockets.push(connect("/silent", tag, { closeTimeout }));
          const ends = sockets.map(async (socket) => {
            await within(Promise.race([event(socket, "open"), socket.closed]));
            socket.close(3000, "done");
            return settled(socket);
          });
          return Promise.all(ends);
        },
        { way, tag, closeTimeout: CLOSE_TIMEOUT_MS, count: SOCKETS_CONSTRUCTED },
      );
      // A browser may have had too little of the stack itself to connect.
      assert.deepEqual(
        ends.filter((end) => !["timed-out", "never-opened"].includes(end)),
        [],
      );
      assert.equal(ends.at(-1), "timed-out");
      await assertUnharmed(page);
    });
  });
}

stage.leavesNothing();
