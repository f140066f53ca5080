// A page that is told to go elsewhere, and stays. Firefox closes its open sockets with 1001 as soon as a navigation begins,
// and when loading is stopped, whatever comes of that; the other engines leave them alone.
//
// A socket that the browser has closed fares as one that the page has: it settles within its close timeout from when that
// can be seen, which is after `beforeunload`, or when somebody looks at the socket. Its report says who it was, unless the
// peer has answered before anybody could see it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { assertGivenUp, assertReport, seenInPage } from "./ending.mjs";
import { engine } from "./engines.mjs";
import {
  act,
  assertClosed,
  assertEngineActed,
  assertStaysOpen,
  BY_BROWSER,
  BY_PAGE,
  BY_PEER,
  CLEAN,
  CLOSE_TIMEOUT_MS,
  FRAME,
  goNowhere,
  NAVIGATIONS,
  OTHERS,
  openSocket,
  PATHS,
  stopLoading,
  TIMED_OUT,
} from "./navigations.mjs";
import { closesReceived } from "./server.mjs";
import { newTag, setStage } from "./stage.mjs";

const LATE_MS = 200;

/** Ways to look at a socket that the browser has closed; each returns what bufferedAmount is then. They run in the page. */
const LOOKS = {
  "its readyState is read": (socket) => {
    const { readyState } = socket;
    return { readyState, bufferedAmount: 0 };
  },
  "something is sent": (socket) => {
    socket.send("too late");
    const { readyState, bufferedAmount } = socket;
    return { readyState, bufferedAmount };
  },
};

const stage = setStage();

stage.inOnePage("a page that stays", (page) => {
  for (const { action, name, asks } of NAVIGATIONS) {
    for (const path of PATHS) {
      test(`goes ${name}, with a socket at ${path}`, async () => {
        const tag = await openSocket(page(), path);
        const request = await act(page(), action);
        if (asks) {
          await stage.server.connection(request, "ended");
        }
        await assertEngineActed(stage, page(), { path, tag });
      });
    }
  }

  for (const { action, name } of OTHERS) {
    test(`${name}: the socket stays open`, async () => {
      const tag = await openSocket(page(), "/echo");
      await act(page(), action);
      await assertStaysOpen(stage, page(), { path: "/echo", tag });
    });
  }

  test("goes nowhere, with many sockets", async () => {
    const opened = [];
    for (const path of [...PATHS, ...PATHS]) {
      opened.push({ path, tag: await openSocket(page(), path) });
    }
    await act(page(), goNowhere);
    for (const socket of opened) {
      await assertEngineActed(stage, page(), socket);
    }
  });

  for (const path of PATHS) {
    test(`goes nowhere, with a disposable socket at ${path}`, async () => {
      const tag = await openSocket(page(), path, { disposable: true });
      await act(page(), goNowhere);
      await assertEngineActed(stage, page(), { path, tag });
    });
  }

  for (const [path, expected] of [
    [`/late?ms=${LATE_MS}`, { ...FRAME, ...CLEAN, elapsed: LATE_MS }],
    ["/silent", TIMED_OUT],
  ]) {
    test(`goes nowhere while a socket at ${path} closes: that is left alone`, async () => {
      const tag = await openSocket(page(), path);
      await page().run(
        async ([tag, { code, reason }]) => {
          const closed = sockets.get(tag).socket.close(code, reason);
          location.href = "/204";
          await closed;
        },
        [tag, FRAME],
      );
      const { report, events } = await seenInPage(page(), tag);
      assertReport(report, { ...expected, ...BY_PAGE });
      assert.deepEqual(events, ["close"]);
      assert.deepEqual(closesReceived(await stage.server.connection(tag, "closing")), [FRAME]);
    });
  }

  test("opens a socket while a navigation is under way, and closes it", async () => {
    const [tag, request] = [newTag(), newTag()];
    const seen = await page().run(
      async ([tag, request, { code, reason }]) => {
        const begins = event(window, "beforeunload");
        location.href = `/slow?tag=${request}`;
        await begins;
        await laterTask();
        const socket = await open("/echo", tag);
        socket.send("now");
        const { data } = await event(socket, "message");
        const { outcome, initiator } = await socket.close(code, reason);
        window.stop();
        return { data, outcome, initiator };
      },
      [tag, request, FRAME],
    );
    assert.deepEqual(seen, { data: "now", outcome: "clean", initiator: "local" });
    assert.deepEqual(closesReceived(await stage.server.connection(tag, "ended")), [FRAME]);
  });

  for (const path of ["/echo", "/other"]) {
    test(`stops loading, with a socket at ${path}: the report knows only of the answer`, async () => {
      const tag = await openSocket(page(), path);
      await act(page(), stopLoading);
      if (engine.closesInPageThatStays) {
        await assertClosed(stage, page(), { path, tag }, BY_PEER);
      } else {
        await assertStaysOpen(stage, page(), { path, tag });
      }
    });
  }

  for (const [how, look] of Object.entries(LOOKS)) {
    test(`stops loading, with a socket at /silent: it has its time from when ${how}`, async () => {
      const tag = await openSocket(page(), "/silent");
      await act(page(), stopLoading);
      if (!engine.closesInPageThatStays) {
        await assertStaysOpen(stage, page(), { path: "/silent", tag });
        return;
      }
      await stage.server.connection(tag, "closing");
      const { readyState, bufferedAmount } = await page().run(
        ([tag, look]) => {
          globalThis.actedAt = performance.now();
          // biome-ignore lint/security/noGlobalEval: a function of the test's, for the page
          return globalThis.eval(`(${look})`)(sockets.get(tag).socket);
        },
        [tag, String(look)],
      );
      assert.equal(readyState, 2);
      await assertClosed(stage, page(), { path: "/silent", tag }, BY_BROWSER, {
        unsentBytes: bufferedAmount,
      });
    });
  }

  test("goes nowhere while a socket is CONNECTING: it was never open, whoever ended that", async () => {
    const [tag, request] = [newTag(), newTag()];
    await page().run(
      async ([tag, request, options]) => {
        const socket = connect("/hang", tag, options);
        sockets.set(tag, { socket, seen: watch(socket) });
        await requested(tag);
        location.href = `/204?tag=${request}`;
      },
      [tag, request, { closeTimeout: CLOSE_TIMEOUT_MS }],
    );
    await stage.server.connection(request, "ended");
    await page().run(
      async ([tag, isClosed]) => {
        const { socket } = sockets.get(tag);
        await (isClosed ? socket.closed : socket.close());
      },
      [tag, engine.closesInPageThatStays],
    );
    const { report } = await seenInPage(page(), tag);
    // Firefox fires no error then, and its close event says that 1006 was clean.
    const { code, outcome, initiator, phase, sent } = report;
    assert.deepEqual(
      { code, outcome, initiator, phase, sent },
      {
        code: 1006,
        outcome: "never-opened",
        initiator: engine.closesInPageThatStays ? "browser" : "local",
        phase: "connecting",
        sent: null,
      },
    );
    await assertGivenUp(stage.server, tag);
  });
});

stage.leavesNothing();
