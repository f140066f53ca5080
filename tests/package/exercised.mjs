// What a consumer must have seen, and the server on the wire.

import assert from "node:assert/strict";

import { closesReceived } from "../npm/server.mjs";

const CLOSE_TIMEOUT_MS = 300;
/** How late something may be on a busy machine. */
const ROOM_MS = 2_000;
const FRAME = { code: 4000, reason: "bye" };
const CLEAN = { ...FRAME, wasClean: true };
const TIMED_OUT = { code: 1006, reason: "", wasClean: false };
const REMOTE = { code: 1001, reason: "away", wasClean: true };
const LOCALLY = { initiator: "local", phase: "handshake", sent: FRAME, unsentBytes: 0 };
const REMOTELY = { initiator: "remote", phase: "handshake", sent: null, unsentBytes: 0 };
const CLOSED = 3;

/** Asserts the result of `consumer/exercise.js`. */
export function assertExercised({ clean, timedOut, remote }) {
  assertEnd(clean, CLEAN, { outcome: "clean", ...LOCALLY });
  assertEnd(timedOut, TIMED_OUT, { outcome: "timed-out", ...LOCALLY });
  assertEnd(remote, REMOTE, { outcome: "clean", ...REMOTELY });
  // Rounded, since clocks and timers are.
  const ms = Math.round(timedOut.report.elapsed);
  assert.ok(
    ms >= CLOSE_TIMEOUT_MS && timedOut.tookMs < CLOSE_TIMEOUT_MS + ROOM_MS,
    `timed out after ${ms} ms`,
  );
}

/** Every listener has seen the event, and the report says the same and more. */
function assertEnd({ events, report: { timeConnecting, timeOpen, elapsed, ...report } }, event, more) {
  assert.deepEqual(
    events,
    ["attribute", "function", "object"].map((how) => ({ how, type: "close", ...event, readyState: CLOSED })),
  );
  assert.deepEqual(report, { ...event, ...more });
  for (const [name, ms] of Object.entries({ timeConnecting, timeOpen, elapsed })) {
    assert.ok(ms >= 0, `${name} is ${ms}`);
  }
}

/** Asserts that both Close frames were sent. */
export async function assertWires(server) {
  assert.deepEqual(closesReceived(await server.connection("clean", "ended")), [FRAME]);
  assert.deepEqual(closesReceived(await server.connection("timed-out", "closing")), [FRAME]);
}

/** Asserts that the client ended the connection that timed out, soon after it had. */
export async function assertCut(server) {
  const { frames, ended } = await server.connection("timed-out", "ended");
  assert.match(ended.by, /^client-/);
  const ms = ended.at - frames.at(-1).at;
  assert.ok(ms < CLOSE_TIMEOUT_MS + ROOM_MS, `cut ${ms} ms after the Close frame`);
}
