// What has to come of a talk over a test double, whatever the double is.

import assert from "node:assert/strict";

import { BYE, CLOSE_TIMEOUT_MS } from "./exercise.js";

/** How late something may be on a busy machine. */
const ROOM_MS = 2_000;
const CLOSED = 3;

const ABNORMAL = { code: 1006, reason: "", wasClean: false };
const LOCALLY = { initiator: "local", phase: "handshake", sent: BYE, unsentBytes: 0 };
const REMOTELY = { initiator: "remote", phase: "handshake", sent: null, unsentBytes: 0 };

/** The events, and the report without its times. */
export const ENDS = {
  answered: {
    events: ["open 1", "message 1 hello", "close 3 4000 bye clean"],
    report: { ...BYE, wasClean: true, outcome: "clean", ...LOCALLY },
  },
  /** By a close() without a code, to which no code is the answer. */
  answeredWithoutCode: {
    events: ["open 1", "message 1 hello", "close 3 1005 clean"],
    report: {
      ...{ code: 1005, reason: "", wasClean: true, outcome: "clean" },
      ...{ ...LOCALLY, sent: { code: 1005, reason: "" } },
    },
  },
  timedOut: {
    events: ["open 1", "close 3 1006 unclean"],
    report: { ...ABNORMAL, outcome: "timed-out", ...LOCALLY },
  },
  closedByPeer: {
    events: ["open 1", "close 3 1001 away clean"],
    report: { code: 1001, reason: "away", wasClean: true, outcome: "clean", ...REMOTELY },
  },
  lost: {
    events: ["open 1", "close 3 1006 unclean"],
    report: {
      ...{ ...ABNORMAL, outcome: "unclean" },
      ...{ initiator: "transport", phase: "open", sent: null, unsentBytes: 0 },
    },
  },
  refused: {
    events: ["error 3", "close 3 1006 unclean"],
    report: {
      ...{ ...ABNORMAL, outcome: "never-opened" },
      ...{ initiator: "transport", phase: "connecting", sent: null, unsentBytes: 0 },
    },
  },
};

/**
 * Asserts what came of a talk.
 *
 * @param closeTimeout The one that the socket had.
 */
export function assertEnd(result, { events, report }, { closeTimeout = CLOSE_TIMEOUT_MS } = {}) {
  const { timeConnecting, timeOpen, elapsed, ...said } = result.report;
  assert.deepEqual(
    { ...result, report: said },
    {
      isInstance: true,
      isOneReport: true,
      readyState: CLOSED,
      listeners: events,
      handlers: events,
      strangers: 0,
      report,
    },
  );
  for (const [name, ms] of Object.entries({ timeConnecting, timeOpen, elapsed })) {
    assert.ok(ms >= 0, `${name} is ${ms}`);
  }
  if (report.outcome === "timed-out") {
    // Rounded, since clocks and timers are.
    const ms = Math.round(elapsed);
    assert.ok(ms >= closeTimeout && ms < closeTimeout + ROOM_MS, `timed out after ${ms} ms`);
  }
}
