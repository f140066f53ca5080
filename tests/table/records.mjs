// What is kept of a row, and what must be true of one of ours.

import assert from "node:assert/strict";

import { CLOSE, endsIn, TIMEOUT_MS } from "./behaviours.mjs";

/** How late something may be on a busy machine. */
export const ROOM_MS = 2_000;

const [CODE, REASON] = CLOSE;
const ABNORMAL = { code: 1006, reason: "", wasClean: false };
const CLOSED = 3;
/** What a Close frame without a body counts as. (RFC 6455, section 7.1.5.) */
const NO_STATUS = 1005;

/**
 * The record of a row, with times in milliseconds from the act: the call of close(), or what the peer did instead. What
 * had not happened when the row was given up is null.
 *
 * @param row Of `behaviours.mjs`.
 * @param measured What the place had `seen` when the row was given up, or over; what it has seen at `last`, with every
 * connection ended; and what the `peer` saw.
 */
export function recordOf({ behaviour, variant }, { seen, last, peer }, patienceMs) {
  const actAt = actOf(behaviour, seen, peer);
  const since = (at) => {
    const ms = at == null ? null : Math.max(0, Math.round(at - actAt));
    return ms === null || ms > patienceMs ? null : ms;
  };
  const settledMs = since(seen.closedAt);
  const hasSettled = settledMs !== null;
  return {
    path: behaviour.path,
    closeWhen: behaviour.closeWhen,
    ...(behaviour.pageDoes && { pageDoes: behaviour.pageDoes }),
    variant: variant.name,
    settledMs,
    ...(hasSettled && eventOf(seen)),
    // One that is given up has more when everything is torn down.
    closeEvents: hasSettled ? last.closeEvents : 0,
    errorEvents: hasSettled ? last.errorEvents : 0,
    messagesAfterClose: hasSettled ? last.messagesAfterClose : 0,
    ...(variant.isOurs && {
      resumedMs: since(seen.resumedAt),
      isOneReport: seen.isOneReport ?? false,
      report: seen.report && { ...seen.report, elapsed: Math.round(seen.report.elapsed) },
    }),
    peer: {
      closesReceived: peer.closesReceived,
      closeSent: peer.closeSent,
      endedMs: since(peer.endedAt),
      endedBy: since(peer.endedAt) === null ? null : peer.endedBy,
    },
  };
}

function actOf({ closeWhen, peerActsAfterMs, isHang }, seen, peer) {
  if (closeWhen !== null) {
    return seen.closeCalledAt;
  }
  if (isHang) {
    return seen.constructedAt;
  }
  return peer.closeSentAt ?? (seen.openedAt ? seen.openedAt + peerActsAfterMs : peer.startedAt);
}

function eventOf({ code, reason, wasClean, readyState, bufferedAmount }) {
  return { code, reason, wasClean, readyState, bufferedAmount };
}

/**
 * Asserts that ours has settled in time, once, and that its report is one that the behaviour allows in the place; or that it
 * has not, where the behaviour ends nothing.
 */
export function assertSettled(record, behaviour, place) {
  if (!endsIn(behaviour, place)) {
    assert.deepEqual([record.settledMs, record.closeEvents], [null, 0], "what stays open has no close event");
    return;
  }
  const { outcomes, strays = {}, pageDoes } = behaviour;
  const { resumedMs, report, code, reason, wasClean } = record;
  assert.ok(resumedMs !== null && resumedMs <= TIMEOUT_MS + ROOM_MS, `settled after ${resumedMs} ms`);
  assert.equal(record.closeEvents, 1, "close events");
  assert.equal(record.messagesAfterClose, 0, "messages after the close event");
  assert.equal(record.readyState, CLOSED, "readyState in the close event");
  assert.ok(record.isOneReport, "the report of the waiter is that of the socket");
  assert.deepEqual(
    { code: report.code, reason: report.reason, wasClean: report.wasClean, unsentBytes: report.unsentBytes },
    // Deno's own event has no code where the standard's has 1006.
    { code: code || ABNORMAL.code, reason, wasClean, unsentBytes: record.bufferedAmount },
    "the report says what the event says",
  );
  const allowed = strays[place] ?? outcomes;
  assert.ok(allowed.includes(report.outcome), `${report.outcome} is none of ${allowed.join(", ")}`);
  assert.equal(report.wasClean, report.outcome === "clean");
  assert.equal(report.initiator === "browser", pageDoes !== undefined, `begun by ${report.initiator}`);
  if (report.outcome === "timed-out") {
    assert.deepEqual({ code: report.code, reason, wasClean }, ABNORMAL);
  }
}

/** Asserts that the report says what happened on the wire. */
export function assertTruthful({ report, path, closeWhen, peer }) {
  const { initiator, sent, code, reason, wasClean, outcome, phase } = report;
  assert.equal(initiator === "local", closeWhen !== null || outcome === "timed-out", `begun by ${initiator}`);
  assert.deepEqual(
    initiator === "local" ? peer.closesReceived : [],
    sent === null ? [] : [{ code: CODE, reason: REASON }],
    "the Close frame that was sent, and the one that the peer received",
  );
  assert.ok(sent !== null || phase !== "handshake" || initiator === "remote", `nothing sent in the ${phase}`);
  if (wasClean || code !== ABNORMAL.code) {
    const received = { code: peer.closeSent?.code ?? NO_STATUS, reason: peer.closeSent?.reason };
    assert.deepEqual({ code, reason }, received, "what was received, and what the peer sent");
  }
  if (outcome !== "timed-out") {
    assert.notEqual(peer.endedBy, null, "the connection that has ended has ended at the peer");
  }
  if (wasClean) {
    const isLeftToUs = path === "/no-fin";
    assert.equal(peer.endedBy === "server", !isLeftToUs, `TCP was ended by ${peer.endedBy}`);
  }
}

/** Asserts that the connection has ended at the peer, too, soon after ours had settled. */
export function assertCut({ report, peer }) {
  assert.ok(peer.endedMs !== null && peer.endedMs <= TIMEOUT_MS + ROOM_MS, `cut after ${peer.endedMs} ms`);
  if (report.outcome === "timed-out") {
    assert.match(peer.endedBy, /^client-/);
  }
}
