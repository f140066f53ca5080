// The stack exhausted, in every call that a page can make: the call may throw the engine's error, and that is all. Every
// socket settles in its bound, nothing else is thrown to nobody, and a new socket works.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
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

async function stackPage(t) {
  await stage.serve(
    "stack-in-page.mjs",
    await readFile(new URL("stack-in-page.mjs", import.meta.url), "utf8"),
  );
  const page = await hostilePage(stage, t);
  await page.run(() => import("/stack-in-page.mjs"));
  return page;
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

/** How a socket ends that is closed in the state, after the call. */
function endIn(state, entry) {
  if (state === "CLOSED") {
    return { end: "clean", closes: 0 };
  }
  const end = state === "CONNECTING" ? "never-opened" : "timed-out";
  return { end: entry === "terminate()" ? "terminated" : end, closes: 1 };
}

for (const way of WAYS) {
  describe(`where the stack ends, ${way},`, () => {
    for (const entry of ENTRIES) {
      test(`${entry} changes nothing about the end of a socket, in any state`, async (t) => {
        const page = await stackPage(t);
        const found = await page.run(
          async ({ way, entry, tag, closeTimeout }) => {
            const sockets = Object.entries(await socketsInEachState(tag, { closeTimeout }));
            const ends = sockets.map(async ([state, socket]) => {
              const closes = countCloses(socket);
              callWhereStackEnds(way, () => entries[entry](socket));
              socket.close(3000, "done");
              const end = await settled(socket);
              await laterTask();
              return [state, { end, closes: closes() }];
            });
            return Object.fromEntries(await Promise.all(ends));
          },
          { way, entry, tag: newTag(), closeTimeout: CLOSE_TIMEOUT_MS },
        );
        const expected = Object.fromEntries(Object.keys(found).map((state) => [state, endIn(state, entry)]));
        if (found.CONNECTING.end === "never-opened") {
          // The browser's own end of a handshake may come before that of terminate().
          expected.CONNECTING.end = "never-opened";
        }
        assert.deepEqual(found, expected);
        await assertUnharmed(page);
      });
    }

    test("a socket is constructed whole, or not at all, also if it is the first", async (t) => {
      const page = await stackPage(t);
      const tag = newTag();
      const { constructed, ends } = await page.run(
        async ({ way, tag, closeTimeout, count }) => {
          const sockets = [];
          callWhereStackEnds(way, () => {
            if (sockets.length < count) {
              sockets.push(connect("/silent", tag, { closeTimeout }));
            }
          });
          // If not even one was: now it can be.
          sockets.push(connect("/silent", tag, { closeTimeout }));
          const constructed = sockets.length;
          const ends = sockets.map(async (socket) => {
            await within(Promise.race([event(socket, "open"), socket.closed]));
            socket.close(3000, "done");
            return settled(socket);
          });
          return { constructed, ends: await Promise.all(ends) };
        },
        { way, tag, closeTimeout: CLOSE_TIMEOUT_MS, count: SOCKETS_CONSTRUCTED },
      );
      const connections = await stage.server.connections(tag);
      assert.equal(connections.length, constructed, "connections, for the sockets that were constructed");
      assert.deepEqual(ends, Array(constructed).fill("timed-out"));
      await assertUnharmed(page);
    });
  });
}

stage.leavesNothing();
