// withGracefulClose() of classes that are not the platform's: what their events say is checked where it contradicts the
// standard, and a class that is not of the standard's kind is refused.

import assert from "node:assert/strict";
import { test } from "node:test";

import { setStage } from "./stage.mjs";

const URL_OF_DOUBLE = "ws://double.test";
const FRAME = { code: 3000, reason: "done" };
const ABNORMAL = { code: 1006, reason: "", wasClean: false, outcome: "unclean" };
const WITHOUT_CODE = { code: 1005, reason: "", wasClean: true, outcome: "clean" };
/** Whoever ends it, a Close frame was received; or none was. */
const RECEIVED = { initiator: "remote", phase: "handshake", sent: null };
const LOST = { initiator: "transport", phase: "open", sent: null };
const CLOSED_HERE = { initiator: "local", phase: "handshake", sent: FRAME };

const stage = setStage();

/** Each close event of a class, and what the report makes of it: of an end while open, and after our close(). */
for (const [name, { init, isPlain, report, whileOpen }] of Object.entries({
  "1006, and clean: it was not, whoever says so": {
    init: { code: 1006, wasClean: true },
    report: ABNORMAL,
    whileOpen: LOST,
  },
  "no code, and clean: a Close frame without a code came": {
    init: { wasClean: true },
    report: WITHOUT_CODE,
    whileOpen: RECEIVED,
  },
  "no code, and not clean: no Close frame came": {
    init: { wasClean: false },
    report: ABNORMAL,
    whileOpen: LOST,
  },
  "nothing but that it was clean, in an event of no class of its own": {
    init: { wasClean: true },
    isPlain: true,
    report: WITHOUT_CODE,
    whileOpen: RECEIVED,
  },
  "nothing, in an event of no class of its own": {
    init: { wasClean: false },
    isPlain: true,
    report: ABNORMAL,
    whileOpen: LOST,
  },
  "a code and a reason, and clean": {
    init: { code: 4001, reason: "bye", wasClean: true },
    report: { code: 4001, reason: "bye", wasClean: true, outcome: "clean" },
    whileOpen: RECEIVED,
  },
})) {
  test(`a close event with ${name}`, async (t) => {
    const page = await stage.page(t, "double.mjs");
    const reports = await page.run(
      async ([url, init, isPlain, { code, reason }]) => {
        const closeEvent = () =>
          isPlain ? Object.assign(new Event("close"), init) : new CloseEvent("close", init);
        const Graceful = withGracefulClose(Double);
        const reports = [];
        for (const closesFirst of [false, true]) {
          const socket = new Graceful(url);
          socket.open();
          if (closesFirst) {
            socket.close(code, reason);
          }
          socket.end(closeEvent());
          const { elapsed, timeConnecting, timeOpen, ...report } = await socket.closed;
          reports.push(report);
        }
        return reports;
      },
      [URL_OF_DOUBLE, init, isPlain, FRAME],
    );
    const expected = [whileOpen, CLOSED_HERE].map((more) => ({ ...report, ...more, unsentBytes: 0 }));
    assert.deepEqual(reports, expected);
    assert.deepEqual(await page.uncaught(), []);
  });
}

test("a connection that fails before it is open, with an event that says it was clean, never opened", async (t) => {
  const page = await stage.page(t, "double.mjs");
  const report = await page.run(async (url) => {
    const socket = new (withGracefulClose(Double))(url);
    socket.end(new CloseEvent("close", { code: 1006, wasClean: true }));
    return socket.closed;
  }, URL_OF_DOUBLE);
  const { elapsed, timeConnecting, timeOpen, ...rest } = report;
  assert.deepEqual(rest, {
    ...ABNORMAL,
    outcome: "never-opened",
    initiator: "transport",
    phase: "connecting",
    sent: null,
    unsentBytes: 0,
  });
});

stage.inOnePage("withGracefulClose() of a class", (page) => {
  test("that has listeners and dispatches no events is refused, with what to use for that of ws", async () => {
    const error = await page().run(() => {
      class Emitter {
        addEventListener() {}
        on() {}
      }
      return thrown(() => withGracefulClose(Emitter));
    });
    assert.equal(error.name, "TypeError");
    assert.match(error.message, /graceful-websocket\/ws/);
  });

  test("without listeners makes a class, since one stands for a platform without; no socket can be constructed", async () => {
    const { name, error } = await page().run(() => {
      class Bare {
        readyState = 0;
        close() {}
      }
      const Graceful = withGracefulClose(Bare);
      return { name: typeof Graceful, error: thrown(() => new Graceful("ws://double.test")) };
    });
    assert.equal(name, "function");
    assert.equal(error.name, "TypeError");
  });
});

stage.leavesNothing();
