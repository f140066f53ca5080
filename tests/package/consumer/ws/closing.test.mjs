// The class of `ws` through the mixin, against a server that misbehaves. (Run as a program, with the server's address.)
//
// - the peer closes first, answers, does not answer, does not read, ends TCP, refuses
// - the end comes from close(), from terminate() or from a timeout, also while CONNECTING
// - after every end: one close event, and nothing later; the connection is cut if the peer has not ended it

import assert from "node:assert/strict";
import { test } from "node:test";

import { withGracefulClose } from "graceful-websocket";
import WebSocket from "ws";
import { addressOf, closesReceived, connection, Graceful, innerEnd, next, watch } from "./stage.mjs";

const CLOSE_TIMEOUT_MS = 200;
/** How late something may be on a busy machine; `ws` alone takes 30 s. */
const ROOM_MS = 2_000;
const STALLED_BYTES = 32 * 1024 * 1024;

const BYE = { code: 4000, reason: "bye" };
const WITHOUT_BODY = { code: null, reason: "" };
const ABNORMAL = { code: 1006, reason: "", wasClean: false };
const LOCAL = { initiator: "local", phase: "handshake", sent: BYE, unsentBytes: 0 };
const LOST = {
  ...ABNORMAL,
  outcome: "unclean",
  initiator: "transport",
  phase: "open",
  sent: null,
  unsentBytes: 0,
};
const NEVER_OPENED = {
  ...ABNORMAL,
  outcome: "never-opened",
  phase: "connecting",
  sent: null,
  unsentBytes: 0,
};

const bye = (socket) => socket.close(BYE.code, BYE.reason);

/** How a connection ends: the events, the report, the Close frames that the peer got, and whether this side ended TCP. */
const ENDS = {
  "a peer that answers": {
    path: "/echo",
    end: bye,
    events: ["open", "close"],
    report: { ...BYE, wasClean: true, outcome: "clean", ...LOCAL },
    closes: [BYE],
  },
  "a peer that answers with another code": {
    path: "/other?code=4777&reason=other",
    end: bye,
    events: ["open", "close"],
    report: { code: 4777, reason: "other", wasClean: true, outcome: "clean", ...LOCAL },
    closes: [BYE],
  },
  "a peer that closes first": {
    path: "/close?code=1001&reason=away&messages=2",
    events: ["open", "message", "message", "close"],
    report: {
      ...{ code: 1001, reason: "away", wasClean: true, outcome: "clean" },
      ...{ initiator: "remote", phase: "handshake", sent: null, unsentBytes: 0 },
    },
    closes: [{ code: 1001, reason: "away" }],
  },
  "a peer that closes first, without a code": {
    path: "/close?code=none",
    events: ["open", "close"],
    report: {
      ...{ code: 1005, reason: "", wasClean: true, outcome: "clean" },
      ...{ initiator: "remote", phase: "handshake", sent: null, unsentBytes: 0 },
    },
    closes: [WITHOUT_BODY],
  },
  "a peer that never answers": {
    path: "/silent",
    end: bye,
    events: ["open", "close"],
    report: { ...ABNORMAL, outcome: "timed-out", ...LOCAL },
    closes: [BYE],
    isCut: true,
  },
  "a peer that answers too late": {
    path: `/late?ms=${10 * CLOSE_TIMEOUT_MS}`,
    end: bye,
    events: ["open", "close"],
    report: { ...ABNORMAL, outcome: "timed-out", ...LOCAL },
    closes: [BYE],
    isCut: true,
  },
  "a peer that sends on and on": {
    path: "/flood?every=1&bytes=1",
    end: async (socket) => {
      await next(socket, "message");
      const closed = bye(socket);
      socket.addEventListener("message", () => assert.fail("a message after close()"));
      await closed;
    },
    report: { ...ABNORMAL, outcome: "timed-out", ...LOCAL },
    closes: [BYE],
    isCut: true,
  },
  "a peer that stops reading": {
    path: "/stall",
    end: (socket) => {
      socket.send(new Uint8Array(STALLED_BYTES));
      bye(socket);
    },
    events: ["open", "close"],
    report: {
      ...{ ...ABNORMAL, outcome: "timed-out", initiator: "local" },
      ...{ phase: "flushing", sent: null, unsentBytes: STALLED_BYTES },
    },
    closes: [],
    isCut: true,
  },
  "terminate()": {
    path: "/silent",
    end: (socket) => socket.terminate(),
    events: ["open", "close"],
    report: { ...ABNORMAL, outcome: "terminated", ...LOCAL, sent: { code: 1005, reason: "" } },
    closes: [WITHOUT_BODY],
    isCut: true,
  },
  "a peer that ends TCP": { path: "/drop", events: ["open", "close"], report: LOST, closes: [] },
  "a peer that ends TCP after the Close frame": {
    path: "/drop?on=close",
    end: bye,
    events: ["open", "close"],
    report: { ...ABNORMAL, outcome: "unclean", ...LOCAL },
    closes: [BYE],
  },
  "a peer that resets": { path: "/reset", events: ["open", "close"], report: LOST, closes: [] },
  "a peer that resets after the Close frame": {
    path: "/reset?on=close",
    end: bye,
    events: ["open", "close"],
    report: { ...ABNORMAL, outcome: "unclean", ...LOCAL },
    closes: [BYE],
  },
  "a peer whose Close frame is invalid": {
    path: "/invalid-close?on=open",
    events: ["open", "error", "close"],
    report: { ...LOST, phase: "open" },
    closes: [{ code: 1002, reason: "" }],
  },
  "a peer that refuses": {
    path: "/reject?status=403",
    when: "constructed",
    events: ["error", "close"],
    report: { ...NEVER_OPENED, initiator: "transport" },
    closes: [],
  },
  "close() while CONNECTING": {
    path: "/hang",
    when: "constructed",
    end: (socket) => socket.close(),
    events: ["error", "close"],
    report: { ...NEVER_OPENED, initiator: "local" },
    isCut: true,
  },
  "terminate() while CONNECTING": {
    path: "/hang",
    when: "constructed",
    end: (socket) => socket.terminate(),
    events: ["error", "close"],
    // ws fails the connection at once, so that its own event is the first.
    report: { ...NEVER_OPENED, initiator: "local" },
    isCut: true,
  },
  "the open timeout": {
    path: "/hang",
    when: "constructed",
    options: { openTimeout: CLOSE_TIMEOUT_MS },
    events: ["error", "close"],
    report: { ...NEVER_OPENED, outcome: "timed-out", initiator: "local" },
    closes: [],
    isCut: true,
  },
};

for (const [name, { path, options, when = "open", end = () => {}, ...expected }] of Object.entries(ENDS)) {
  test(`${name}: one report, one close event, and the connection is over`, async () => {
    const { tag, url } = addressOf(path);
    const socket = new Graceful(url, { closeTimeout: CLOSE_TIMEOUT_MS, ...options });
    const seen = watch(socket);
    if (when === "open") {
      await next(socket, "open");
    }
    await end(socket);
    const report = await socket.closed;
    await innerEnd(socket);
    const { timeConnecting, timeOpen, elapsed, ...rest } = report;
    assert.deepEqual(rest, expected.report);
    assert.ok(timeConnecting >= 0 && timeOpen >= 0, `${timeConnecting} ms connecting, ${timeOpen} ms open`);
    assert.ok(elapsed < CLOSE_TIMEOUT_MS + ROOM_MS, `${elapsed} ms`);
    if (expected.events) {
      assert.deepEqual(seen, expected.events);
    }
    assert.deepEqual([seen.at(-1), seen.indexOf("close")], ["close", seen.length - 1]);
    if (expected.closes) {
      await assertWire(tag, expected);
    }
  });
}

async function assertWire(tag, { closes, isCut = false }) {
  const { ended, frames, ...rest } = await connection(tag, "ended");
  assert.deepEqual(closesReceived({ frames }), closes);
  if (isCut) {
    assert.match(ended.by, /^client-/);
    const tookMs = ended.at - (frames.at(-1)?.at ?? rest.startedAt);
    assert.ok(tookMs < CLOSE_TIMEOUT_MS + ROOM_MS, `cut after ${tookMs} ms`);
  }
}

test("leaving a loop over the messages closes the connection", async () => {
  const { tag, url } = addressOf("/echo");
  const socket = new Graceful(url);
  socket.onopen = () => {
    for (const text of ["one", "two", "three"]) {
      socket.send(text);
    }
  };
  const messages = [];
  for await (const message of socket) {
    messages.push(message);
    if (message === "two") break;
  }
  assert.deepEqual(messages, ["one", "two"]);
  assert.equal(socket.closeReport.outcome, "clean");
  assert.deepEqual(closesReceived(await connection(tag, "ended")), [WITHOUT_BODY]);
});

test("what is sent after close() is dropped, and counted", async () => {
  const { tag, url } = addressOf("/echo");
  const socket = new Graceful(url);
  await next(socket, "open");
  const closed = bye(socket);
  socket.send("late");
  const { outcome, unsentBytes } = await closed;
  assert.deepEqual({ outcome, unsentBytes }, { outcome: "clean", unsentBytes: 4 });
  assert.equal((await connection(tag, "ended")).dataFrames.received, 0);
});

test("the options are ours, and what comes after them is for ws", async () => {
  const { tag, url } = addressOf("/echo");
  const socket = new Graceful(
    url,
    { protocols: ["chat"], closeTimeout: 1 },
    { origin: "https://example.org" },
  );
  await next(socket, "open");
  assert.deepEqual([socket.protocol, socket.closeTimeout], ["chat", 1]);
  const { origin } = await connection(tag, "opened");
  assert.equal(origin, "https://example.org");
  socket.terminate();
});

test("the mixin refuses the class of ws itself, and says what to import", () => {
  assert.throws(() => withGracefulClose(WebSocket), {
    name: "TypeError",
    message: /graceful-websocket\/ws/,
  });
});
