// `released`: it resolves when the browser has let go of the connection, which may be long after the socket has settled.

import assert from "node:assert/strict";
import { test } from "node:test";

import { assertWire, SERVER } from "./ending.mjs";
import { newTag, setStage } from "./stage.mjs";

const CLOSE_TIMEOUT_MS = 200;
const LATE_MS = 2_000;
const FRAME = { code: 3000, reason: "done" };
const [CLOSING, CLOSED] = [2, 3];

const stage = setStage();

/** Runs in the page: closes a socket (unless the peer does), and notes the browser's own state at each point of its end. */
async function endAndNote({ path, tag, closeTimeout, close }) {
  const socket = connect(path, tag, { closeTimeout });
  const { released } = socket;
  const noted = [];
  const note = (what) => noted.push({ what, native: nativeState(socket) });
  const points = [
    socket.closed.then(() => note("closed")),
    released.then((value) => note(value === undefined ? "released" : `released with ${value}`)),
  ];
  if (close) {
    await event(socket, "open");
    socket.close(...close);
  }
  await socket.closed;
  await laterTask();
  const inTime = [...noted];
  await Promise.all(points);
  return { inTime, noted, isSame: socket.released === released, outcome: socket.closeReport.outcome };
}

stage.inOnePage("released", (page) => {
  for (const [name, path] of Object.entries({
    "answers late": `/late?ms=${LATE_MS}`,
    "breaks the connection late": `/reset?on=close&after=${LATE_MS}`,
  })) {
    test(`of a socket that timed out, whose peer ${name}: when the browser's own event has been`, async () => {
      const tag = newTag();
      const inPage = { path, tag, closeTimeout: CLOSE_TIMEOUT_MS, close: [FRAME.code, FRAME.reason] };
      const { inTime, noted, isSame, outcome } = await page().run(endAndNote, inPage);
      assert.equal(outcome, "timed-out");
      assert.deepEqual(inTime, [{ what: "closed", native: CLOSING }]);
      assert.deepEqual(noted, [...inTime, { what: "released", native: CLOSED }]);
      assert.ok(isSame);
      assertWire(await stage.server.connection(tag, "ended"), { closes: [FRAME], endedBy: SERVER });
    });
  }

  for (const [name, { path, close, outcome, closes }] of Object.entries({
    "the peer answered": {
      ...{ path: "/echo", close: [FRAME.code, FRAME.reason] },
      ...{ outcome: "clean", closes: [FRAME] },
    },
    "the peer closed": {
      path: "/close?code=4001",
      ...{ outcome: "clean", closes: [{ code: 4001, reason: "" }] },
    },
    "the connection broke": {
      path: "/drop?on=close",
      close: [FRAME.code, FRAME.reason],
      outcome: "unclean",
      closes: [FRAME],
    },
    "never opened": { path: "/reject", outcome: "never-opened", closes: [] },
  })) {
    test(`of a socket that ended by itself, since ${name}: with the browser's own end`, async () => {
      const tag = newTag();
      const found = await page().run(endAndNote, { path, tag, close });
      assert.equal(found.outcome, outcome);
      assert.deepEqual(
        found.noted.sort((a, b) => a.what.localeCompare(b.what)),
        [
          { what: "closed", native: CLOSED },
          { what: "released", native: CLOSED },
        ],
      );
      assert.ok(found.isSame);
      assertWire(await stage.server.connection(tag, "ended"), { closes, endedBy: SERVER });
    });
  }
});

stage.leavesNothing();
