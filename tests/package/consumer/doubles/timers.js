// A close that nobody answers, by a clock that the test moves: one that was put there after the package was imported.

import { BYE, CLOSE_TIMEOUT_MS, Conversation, NOWHERE } from "./exercise.js";
import { ENDS } from "./expected.js";
import { STUBS } from "./stubs.js";

/**
 * Opens a socket to a peer that never answers, and closes it.
 *
 * @param advance Moves the timers by so many milliseconds, and lets what is due happen.
 * @param more So many milliseconds it needs beyond the timeout.
 * @returns What came of it a millisecond before the timeout, at the timeout, and what is expected of both.
 */
export async function closeBy(GracefulWebSocket, advance, more = 0) {
  const before = globalThis.WebSocket;
  const reported = [];
  for (const Stub of Object.values(STUBS)) {
    globalThis.WebSocket = Stub;
    try {
      const conversation = new Conversation(GracefulWebSocket, `${NOWHERE}/silent`);
      const { socket } = conversation;
      await advance(1);
      const opened = socket.readyState;
      conversation.close(BYE);
      await advance(CLOSE_TIMEOUT_MS - 1);
      const early = socket.readyState;
      await advance(1 + more);
      // What has not settled by now never will, and is not waited for.
      const { outcome, code } = socket.closeReport ?? {};
      const { listeners } = socket.closeReport ? await conversation.result() : {};
      reported.push({ opened, early, late: socket.readyState, outcome, code, listeners });
    } finally {
      globalThis.WebSocket = before;
    }
  }
  const expected = Object.keys(STUBS).map(() => ({
    ...{ opened: 1, early: 2, late: 3 },
    ...{ outcome: "timed-out", code: 1006, listeners: ENDS.timedOut.events },
  }));
  return { reported, expected };
}
