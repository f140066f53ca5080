// The close timeout: what it may be, and that the deadline follows it.
//
// - its default, as an option, and the values that are refused
// - moved while closing: earlier, later, into the past, to Infinity and back
// - 0, Infinity, and more than a timer can

import assert from "node:assert/strict";
import { test } from "node:test";

import { ABNORMAL, assertReport, assertWire, SERVER } from "./ending.mjs";
import { closesReceived } from "./server.mjs";
import { assertTook, newTag, setStage } from "./stage.mjs";

const DEFAULT_MS = 10_000;
const FRAME = { code: 3000, reason: "done" };
const CLOSE = [FRAME.code, FRAME.reason];
const LOCAL = { initiator: "local", sent: FRAME };
const TIMED_OUT = { ...ABNORMAL, outcome: "timed-out", phase: "handshake", ...LOCAL };
const CLEAN = { ...FRAME, wasClean: true, outcome: "clean", phase: "handshake", ...LOCAL };

/** Tests that mostly wait. */
const AT_ONCE = 4;

const stage = setStage();

stage.inOnePage("closeTimeout", (page) => {
  test("is 10 000 unless it is given", async () => {
    const defaults = await page().run(
      async ([tag, given]) => {
        const sockets = [connect("/echo", tag), connect("/echo", tag, "chat"), connect("/echo", tag, {})];
        sockets.push(connect("/echo", tag, { closeTimeout: undefined }));
        sockets.push(connect("/echo", tag, { closeTimeout: given }));
        const timeouts = sockets.map(({ closeTimeout }) => closeTimeout);
        await Promise.all(sockets.map((socket) => socket.close()));
        return timeouts;
      },
      [newTag(), 1],
    );
    assert.deepEqual(defaults, [DEFAULT_MS, DEFAULT_MS, DEFAULT_MS, DEFAULT_MS, 1]);
  });

  test("refuses what is not a number, or not a time, names itself, and stays as it was", async () => {
    const { wrong, kept } = await page().run(async (tag) => {
      const socket = await open("/echo", tag, { closeTimeout: 1_234 });
      const refused = {
        RangeError: [Number.NaN, -1, -0.001, Number.NEGATIVE_INFINITY],
        TypeError: ["5", null, undefined, {}, [], true, 5n, Symbol("5"), new Date()],
      };
      const wrong = Object.entries(refused).flatMap(([name, values]) =>
        values
          .map((value) => {
            const error = thrown(() => {
              socket.closeTimeout = value;
            });
            return { value: String(value), error };
          })
          .filter(({ error }) => error?.name !== name || !error.message.includes("closeTimeout")),
      );
      const kept = socket.closeTimeout;
      await socket.close();
      return { wrong, kept };
    }, newTag());
    assert.deepEqual(wrong, []);
    assert.equal(kept, 1_234);
  });

  test("accepts every other number, and can still be set when CLOSED", async () => {
    const values = await page().run(async (tag) => {
      const socket = await open("/echo", tag);
      const set = (value) => {
        socket.closeTimeout = value;
        return socket.closeTimeout;
      };
      const values = [0, 0.5, 2 ** 31, 2 ** 40, Number.MAX_VALUE, Number.POSITIVE_INFINITY].map(set);
      await socket.close();
      return [...values, set(7)];
    }, newTag());
    assert.deepEqual(values, [0, 0.5, 2 ** 31, 2 ** 40, Number.MAX_VALUE, Number.POSITIVE_INFINITY, 7]);
  });
});

/** Closes with the first timeout, sets the others (after a time in ms) and says how long the close took. */
async function closeWith(page, path, first, ...changes) {
  const tag = newTag();
  const result = await page.run(
    async ([path, tag, closeTimeout, changes, close]) => {
      const socket = await open(path, tag, { closeTimeout });
      const seen = watch(socket);
      const calledAt = performance.now();
      const closed = socket.close(...close);
      for (const [after, timeout] of changes) {
        const change = () => {
          socket.closeTimeout = timeout;
        };
        after === 0 ? change() : setTimeout(change, after);
      }
      const report = await closed;
      const took = performance.now() - calledAt;
      await laterTask();
      return { took, report, events: seen.byListener.map(({ type }) => type) };
    },
    [path, tag, first, changes, CLOSE],
  );
  assert.deepEqual(result.events, ["close"]);
  const connection = await stage.server.connection(tag, "closing");
  assert.deepEqual(closesReceived(connection), [FRAME]);
  return result;
}

stage.inOnePage(
  "the deadline counts from close(), and follows closeTimeout while closing",
  (page) => {
    const LONG = 60_000;
    const INFINITE = Number.POSITIVE_INFINITY;

    for (const [name, path, first, changes, deadline] of [
      ["earlier at once", "/silent", LONG, [[0, 200]], 200],
      ["earlier some time after", "/silent", LONG, [[100, 300]], 300],
      ["later", "/silent", 100, [[50, 400]], 400],
      [
        "later, and earlier again",
        "/silent",
        300,
        [
          [50, LONG],
          [100, 200],
        ],
        200,
      ],
      ["into the past: the next task", "/silent", LONG, [[200, 50]], 200],
      ["to 0", "/silent", LONG, [[100, 0]], 100],
      ["from Infinity", "/silent", INFINITE, [[100, 200]], 200],
      [
        "to Infinity and back",
        "/silent",
        150,
        [
          [50, INFINITE],
          [200, 300],
        ],
        300,
      ],
      [
        "beyond what a timer can, and back",
        "/silent",
        2 ** 40,
        [
          [100, 2 ** 31],
          [150, 200],
        ],
        200,
      ],
    ]) {
      test(`moved ${name}`, async () => {
        const { took, report } = await closeWith(page(), path, first, ...changes);
        assertTook(took, deadline);
        assertReport(report, { ...TIMED_OUT, elapsed: deadline });
      });
    }

    const LATE_MS = 300;
    for (const [name, first, changes] of [
      ["Infinity leaves it to the browser", INFINITE, []],
      ["Infinity, set while closing, leaves it to the browser", 150, [[50, INFINITE]]],
      ["moved later, the peer's answer comes in time", 150, [[50, LONG]]],
      ["2^31 ms, a timer's limit, does not fire early", 2 ** 31, []],
      ["2^32 + 1 ms, which a timer takes for 1, does not fire early", 2 ** 32 + 1, []],
      ["2^40 ms does not fire early", 2 ** 40, []],
      ["the greatest number does not fire early", Number.MAX_VALUE, []],
    ]) {
      test(name, async () => {
        const { took, report } = await closeWith(page(), `/late?ms=${LATE_MS}`, first, ...changes);
        assertTook(took, LATE_MS);
        assertReport(report, { ...CLEAN, elapsed: LATE_MS });
      });
    }
  },
  { concurrency: AT_ONCE },
);

stage.inOnePage("a closeTimeout of 0", (page) => {
  test("settles in the next task, not in the call and before any timer", async () => {
    const tag = newTag();
    const order = await page().run(async (tag) => {
      const socket = await open("/silent", tag, { closeTimeout: 0 });
      const order = [];
      socket.onclose = () => order.push("close");
      setTimeout(() => order.push("timer"), 50);
      const closed = socket.close();
      order.push(`state ${socket.readyState}`);
      queueMicrotask(() => order.push("microtask"));
      await closed;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return order;
    }, tag);
    assert.deepEqual(order, ["state 2", "microtask", "close", "timer"]);
    const connection = await stage.server.connection(tag, "closing");
    assert.deepEqual(closesReceived(connection), [{ code: null, reason: "" }]);
  });

  test("against a peer that answers at once: exactly one event, and the report says the same", async () => {
    const tag = newTag();
    const ends = await page().run(async (tag) => {
      const ends = [];
      for (let i = 0; i < 20; i += 1) {
        const socket = await open("/echo", tag, { closeTimeout: 0 });
        const seen = watch(socket);
        await socket.close();
        ends.push({ socket, seen });
      }
      return ends.map(({ socket, seen }) => {
        const { code, wasClean, outcome } = socket.closeReport;
        return {
          code,
          wasClean,
          outcome,
          events: seen.byListener.map(({ type, code }) => `${type} ${code}`),
        };
      });
    }, tag);
    for (const connection of await stage.server.connections(tag, "ended")) {
      assertWire(connection, { closes: [{ code: null, reason: "" }], endedBy: SERVER });
    }
    for (const end of ends) {
      const expected =
        end.outcome === "clean"
          ? { code: 1005, wasClean: true, outcome: "clean", events: ["close 1005"] }
          : { code: 1006, wasClean: false, outcome: "timed-out", events: ["close 1006"] };
      assert.deepEqual(end, expected);
    }
  });
});

stage.leavesNothing();
