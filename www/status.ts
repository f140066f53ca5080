// A lane's headline: the state with its clock, and what that means.

import type { CloseReport } from "graceful-websocket";
import { megabytes, milliseconds, seconds } from "./format.js";
import { patience } from "./patience.js";
import type { Recorder } from "./recorder.js";
import type { Run } from "./run.js";

/** `for 7.3 s`, or for a closed socket how long closing has taken. */
export function clock({ state, since, closeCalledAt }: Recorder, now: number): string {
  if (state !== "CLOSED") {
    return `for ${seconds(now - since)}`;
  }
  if (closeCalledAt === null) {
    return `at ${seconds(since)}`;
  }
  const taken = Math.max(0, since - closeCalledAt);
  return `after ${taken < 1000 ? milliseconds(taken) : seconds(taken, 2)}`;
}

/** What there is to say of the native socket. */
export function nativeNote(run: Run): string {
  const { native, behaviour, isDataQueued } = run;
  if (native.state === "CLOSING") {
    return patience(behaviour, isDataQueued) || "The browser waits.";
  }
  if (native.closeEvent === null) {
    return "";
  }
  return native.closeEvent.wasClean
    ? "The page is told code, reason and wasClean."
    : `The page is told ${native.closeEvent.code}, and not why.`;
}

/** What there is to say of ours. */
export function gracefulNote(run: Run): string {
  const { socket } = run.graceful;
  if (socket.closeReport) {
    return explain(socket.closeReport, socket.closeTimeout);
  }
  return run.graceful.state === "CLOSING" ? `It has ${milliseconds(socket.closeTimeout)}.` : "";
}

function explain({ outcome, phase, unsentBytes, initiator }: CloseReport, closeTimeout: number): string {
  switch (outcome) {
    case "clean":
      return initiator === "remote"
        ? "The peer began, and the handshake was completed."
        : "The handshake was completed.";
    case "timed-out":
      return phase === "flushing"
        ? `${megabytes(unsentBytes)} were still queued after ${milliseconds(closeTimeout)}.`
        : `The peer did not finish within ${milliseconds(closeTimeout)}.`;
    case "terminated":
      return "terminate() ended it.";
    case "never-opened":
      return "It was never open.";
    case "unclean":
      return "The connection ended without a completed closing handshake.";
  }
}
