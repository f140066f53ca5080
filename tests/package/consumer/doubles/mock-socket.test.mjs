// mock-socket, whose server puts its class in the place of the global one. (Run as a program.)
//
// Its peer always answers, after 4 ms. So one that does not answer in time needs a timeout that is shorter, and timers that
// the test moves.
//
// - a peer that answers, closes first, is lost, refuses
// - a peer that answers too late

import assert from "node:assert/strict";
import { afterEach } from "node:test";

import FakeTimers from "@sinonjs/fake-timers";
import { GracefulWebSocket } from "graceful-websocket";
import mockSocket from "mock-socket";
import { test } from "./bounded.mjs";
import { BYE, Conversation, knock, listen, NOWHERE, talk } from "./exercise.js";
import { assertEnd, ENDS } from "./expected.js";

const URL = `${NOWHERE}/`;
/** What it has for an answer. */
const ANSWER_MS = 4;
const DONE = { code: 1000, reason: "done" };

const running = [];

/** A server with an echo, and what it saw. */
function start(options) {
  const server = new mockSocket.Server(URL, options);
  const seen = { messages: [], closes: [] };
  server.on("connection", (peer) => {
    peer.on("message", (message) => {
      seen.messages.push(message);
      peer.send(message);
    });
    peer.on("close", ({ code, reason }) => seen.closes.push({ code, reason }));
  });
  running.push(server);
  return { server, seen };
}

afterEach(() => {
  running.pop()?.stop();
});

test("a peer that answers, twice in a row, sees the message, the code and the reason", async () => {
  const { seen } = start();
  const { events, report } = ENDS.answered;
  const end = {
    events: events.with(-1, "close 3 1000 done clean"),
    report: { ...report, ...DONE, sent: DONE },
  };
  for (let times = 0; times < 2; times += 1) {
    assertEnd(await talk(GracefulWebSocket, URL, DONE), end);
  }
  assert.deepEqual(seen, { messages: ["hello", "hello"], closes: [DONE, DONE] });
});

test("a code of one's own, which the double never calls clean", async () => {
  const { seen } = start();
  const { events, report } = ENDS.answered;
  assertEnd(await talk(GracefulWebSocket, URL), {
    events: events.with(-1, "close 3 4000 bye unclean"),
    report: { ...report, wasClean: false, outcome: "unclean" },
  });
  assert.deepEqual(seen.closes, [BYE]);
});

test("no code is answered by none", async () => {
  start();
  assertEnd(await talk(GracefulWebSocket, URL, {}), ENDS.answeredWithoutCode);
});

test("a peer that closes first", async () => {
  const { server } = start();
  const end = () => server.close({ code: 1001, reason: "away", wasClean: true });
  assertEnd(await listen(GracefulWebSocket, URL, end), ENDS.closedByPeer);
});

for (const wasClean of [false, true]) {
  test(`a connection that is lost is unclean, whatever is said of it (wasClean: ${wasClean})`, async () => {
    const { server } = start();
    const end = () => server.close({ code: 1006, wasClean });
    assertEnd(await listen(GracefulWebSocket, URL, end), ENDS.lost);
  });
}

test("an error that leaves it CLOSED without a close event: close() gets the report and the event", async () => {
  const { server } = start();
  const conversation = new Conversation(GracefulWebSocket, URL);
  await conversation.next("open");
  server.simulate("error");
  await conversation.close();
  const { listeners, handlers, report } = await conversation.result();
  assert.deepEqual(listeners, ["open 1", "error 3", "close 3 1006 unclean"]);
  assert.deepEqual(handlers, listeners);
  assert.deepEqual([report.code, report.wasClean], [1006, false]);
});

test("a connection that is refused, which the double calls a clean 1000", async () => {
  start({ verifyClient: () => false });
  assertEnd(await knock(GracefulWebSocket, URL), ENDS.refused);
});

test("a peer that answers too late, which nobody hears", async () => {
  const { seen } = start();
  const clock = FakeTimers.install();
  try {
    const conversation = new Conversation(GracefulWebSocket, URL, { closeTimeout: ANSWER_MS - 1 });
    await clock.tickAsync(ANSWER_MS);
    conversation.close();
    await clock.tickAsync(ANSWER_MS - 1);
    assert.equal(conversation.socket.closeReport?.outcome, "timed-out");
    await clock.tickAsync(ANSWER_MS);
    assertEnd(await conversation.result(), ENDS.timedOut, { closeTimeout: ANSWER_MS - 1 });
    assert.equal(seen.messages.length, 0);
  } finally {
    clock.uninstall();
  }
});
