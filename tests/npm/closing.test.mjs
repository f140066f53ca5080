// Every way in which a peer can bear on closing, seen from both sides: the events, the report and the bound in the page,
// the Close frames and the end of TCP on the wire.
//
// - the peer answers: at once, late, with another code, without ending TCP
// - the peer closes first
// - the connection breaks, before and during closing
// - the peer breaks the protocol with its Close frame
// - the connection never opens
// - the peer does not answer in time: silent, late, flooding, or not reading while data is queued

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import {
  ABNORMAL,
  assertGivenUp,
  assertLetGo,
  assertReport,
  assertWire,
  BROWSER,
  end,
  SERVER,
  seenInPage,
} from "./ending.mjs";
import { engine } from "./engines.mjs";
import { assertTook, setStage } from "./stage.mjs";

const CLOSE_TIMEOUT_MS = 500;
const LATE_MS = 300;
/** When a peer answers that is not waited for: long after the test. */
const AFTER_THE_TEST_MS = 60_000;
/** Enough for a browser to see a socket open before it ends, also on a busy machine: a RST overtakes what it has not read. */
const OPEN_MS = 1_000;
const STALLED_BYTES = 32 * 1024 * 1024;

const FRAME = { code: 3000, reason: "done ✓" };
const CLOSE = [FRAME.code, FRAME.reason];
const CLEAN = { wasClean: true, outcome: "clean", phase: "handshake" };
const LOCAL = { initiator: "local", sent: FRAME };
const REMOTE = { initiator: "remote", sent: null };
const TRANSPORT = { initiator: "transport", sent: null };

/** Tests that mostly wait. */
const AT_ONCE = 2;

const stage = setStage();

/** One test: how the socket ends, after which TCP ends by itself. */
function ends(name, { events, report, wire, took = 0, ...scenario }, page) {
  test(name, async () => {
    const ended = await end(page(), scenario);
    await (wire
      ? assertWire(await stage.server.connection(ended.tag, "ended"), wire)
      : assertGivenUp(stage.server, ended.tag));
    assertReport(ended.report, { elapsed: scenario.close ? took : 0, ...report });
    assertTook(ended.took, took);
    const { events: eventsInTheEnd } = await seenInPage(page(), ended.tag);
    assert.deepEqual(eventsInTheEnd, events);
  });
}

stage.inOnePage(
  "the peer answers the Close frame",
  (page) => {
    const events = ["open", "close"];
    const wire = { closes: [FRAME], endedBy: SERVER };

    ends(
      "at once: clean, with the code and reason that come back",
      { path: "/echo", close: CLOSE, events, report: { ...FRAME, ...CLEAN, ...LOCAL }, wire },
      page,
    );
    ends(
      "late, but before the close timeout: clean as well",
      {
        path: `/late?ms=${LATE_MS}`,
        close: CLOSE,
        events,
        report: { ...FRAME, ...CLEAN, ...LOCAL },
        took: LATE_MS,
        wire,
      },
      page,
    );
    ends(
      "with another code and reason: the report has what was received, and what was sent",
      {
        path: "/other?code=4999&reason=theirs",
        close: CLOSE,
        events,
        report: { code: 4999, reason: "theirs", ...CLEAN, ...LOCAL },
        wire,
      },
      page,
    );
    ends(
      "without a code: 1005 was received",
      {
        path: "/other?code=none&reason=",
        close: CLOSE,
        events,
        report: { code: 1005, reason: "", ...CLEAN, ...LOCAL },
        wire,
      },
      page,
    );
    ends(
      "and leaves TCP open: clean, as soon as the browser has ended it",
      {
        path: "/no-fin",
        close: CLOSE,
        events,
        report: { ...FRAME, ...CLEAN, ...LOCAL },
        took: engine.waitsForFinMs,
        wire: { closes: [FRAME], endedBy: BROWSER },
      },
      page,
    );
  },
  { concurrency: AT_ONCE },
);

stage.inOnePage("the peer closes first", (page) => {
  ends(
    "with a code and a reason: they are received, and nothing of ours is sent",
    {
      path: "/close?code=4001&reason=go",
      events: ["open", "close"],
      report: { code: 4001, reason: "go", ...CLEAN, ...REMOTE },
      wire: { closes: [{ code: 4001, reason: "go" }], endedBy: SERVER },
    },
    page,
  );
  ends(
    "without a code: 1005 was received",
    {
      path: "/close?code=none",
      events: ["open", "close"],
      report: { code: 1005, reason: "", ...CLEAN, ...REMOTE },
      wire: { closes: [engine.answersNoBody], endedBy: SERVER },
    },
    page,
  );
  ends(
    "directly after messages: they come before the close event",
    {
      path: "/close?code=1000&messages=3",
      events: ["open", "message", "message", "message", "close"],
      report: { code: 1000, reason: "", ...CLEAN, ...REMOTE },
      wire: { closes: [{ code: 1000, reason: "" }], endedBy: SERVER },
    },
    page,
  );
});

stage.inOnePage("the connection breaks", (page) => {
  for (const [path, how, events] of [
    ["/drop", "a FIN", ["open", "close"]],
    ["/reset", "a RST", engine.firesErrorAtReset ? ["open", "error", "close"] : ["open", "close"]],
  ]) {
    ends(
      `while it is open, with ${how}: unclean, and nobody began it`,
      {
        path: `${path}?on=open&after=${OPEN_MS}`,
        took: OPEN_MS,
        events,
        report: { ...ABNORMAL, outcome: "unclean", phase: "open", ...TRANSPORT },
        wire: { closes: [], endedBy: SERVER },
      },
      page,
    );
    ends(
      `with ${how} instead of a Close frame: unclean, and we began it`,
      {
        path: `${path}?on=close`,
        close: CLOSE,
        events,
        report: { ...ABNORMAL, outcome: "unclean", phase: "handshake", ...LOCAL },
        wire: { closes: [FRAME], endedBy: SERVER },
      },
      page,
    );
  }
});

stage.inOnePage("the peer's Close frame breaks the protocol", (page) => {
  for (const [kind, { asAnswer, whileOpen, answers }] of Object.entries(engine.invalidCloses)) {
    const name = ({ wasClean }) => (wasClean ? "clean, as the browser takes it" : "error, then unclean");
    const events = ({ wasClean }) => (wasClean ? ["open", "close"] : ["open", "error", "close"]);
    ends(
      `(${kind}) as the answer to ours: ${name(asAnswer)}`,
      {
        path: `/invalid-close?kind=${kind}&on=close`,
        close: CLOSE,
        events: events(asAnswer),
        report: {
          ...asAnswer,
          outcome: asAnswer.wasClean ? "clean" : "unclean",
          phase: "handshake",
          ...LOCAL,
        },
        wire: { closes: [FRAME], endedBy: SERVER },
      },
      page,
    );
    ends(
      `(${kind}) while it is open: ${name(whileOpen)}`,
      {
        path: `/invalid-close?kind=${kind}&on=open&after=${OPEN_MS}`,
        took: OPEN_MS,
        events: events(whileOpen),
        report: whileOpen.wasClean
          ? { ...whileOpen, ...CLEAN, ...REMOTE }
          : { ...whileOpen, outcome: "unclean", phase: "open", ...TRANSPORT },
        wire: { closes: answers, endedBy: answers.length > 0 ? SERVER : BROWSER },
      },
      page,
    );
  }
});

stage.inOnePage("the connection never opens", (page) => {
  const events = ["error", "close"];
  const report = { ...ABNORMAL, outcome: "never-opened", phase: "connecting" };

  ends(
    "since the server refuses: nobody began it",
    {
      path: "/reject?status=403",
      events,
      report: { ...report, ...TRANSPORT },
      wire: { closes: [], endedBy: SERVER },
    },
    page,
  );
  ends(
    "since the page closes it before: nothing was sent, and the peer sees TCP end",
    {
      path: "/hang",
      close: CLOSE,
      when: "requested",
      events,
      report: { ...report, initiator: "local", sent: null },
    },
    page,
  );
});

describe("the peer does not answer in time", { concurrency: AT_ONCE }, () => {
  const options = { closeTimeout: CLOSE_TIMEOUT_MS };
  const report = { ...ABNORMAL, outcome: "timed-out", elapsed: CLOSE_TIMEOUT_MS };

  for (const [path, how, when] of [
    ["/silent", "is silent", "open"],
    [`/late?ms=${AFTER_THE_TEST_MS}`, "answers long after the close timeout", "open"],
    ["/flood", "keeps sending", "message"],
  ]) {
    test(`since it ${how}: timed out in the handshake, and the Close frame was sent`, async (t) => {
      const page = await stage.page(t);
      const ended = await end(page, { path, options, close: CLOSE, when });
      assertReport(ended.report, { ...report, phase: "handshake", ...LOCAL });
      assertTook(ended.took, CLOSE_TIMEOUT_MS);
      assert.deepEqual(
        ended.events.filter((type) => type !== "message"),
        ["open", "close"],
      );
      const { ended: tcp } = await stage.server.connection(ended.tag, "closing");
      assert.equal(tcp, null, "it is the page that gave up, not the connection");
      await page.close();
      await assertLetGo(stage.server, ended.tag, { closes: [FRAME], letsGo: engine.dropsClosingWithPage });
    });
  }

  test("since it does not read: timed out while flushing, and what was not sent is counted", async (t) => {
    const page = await stage.page(t);
    const scenario = { path: "/stall", options, close: CLOSE, bytesFirst: STALLED_BYTES };
    const { tag, took, events, close, report: whole } = await end(page, scenario);
    assertTook(took, CLOSE_TIMEOUT_MS);
    assert.deepEqual(events, ["open", "close"]);
    const { unsentBytes } = whole;
    assert.equal(unsentBytes, close.bufferedAmount);
    // Where the browser says that all has left, the Close frame has left too, as far as anyone can tell.
    const left = engine.countsUnread
      ? { phase: "flushing", initiator: "local", sent: null }
      : { phase: "handshake", ...LOCAL };
    assertReport(whole, { ...report, ...left, unsentBytes });
    assert.ok(
      unsentBytes <= STALLED_BYTES && unsentBytes > 0 === engine.countsUnread,
      `${unsentBytes} bytes`,
    );
    await page.close();
    await assertLetGo(stage.server, tag, { closes: [], letsGo: engine.dropsClosingWithPage });
  });
});

stage.leavesNothing();
