// How a socket ends: brought about in a page, and then looked at from the page's side and from the peer's.

import assert from "node:assert/strict";

import { engine } from "./engines.mjs";
import { closesReceived } from "./server.mjs";
import { assertTook, newTag } from "./stage.mjs";

/** What readyState is while handlers of these events run. */
const READY_STATE = { open: 1, message: 1, error: 3, close: 3 };

/** The close event and the report of an end that nobody on the other side had a part in. */
export const ABNORMAL = { code: 1006, reason: "", wasClean: false };

/** The report of a connection that was open, and ended without a Close frame of either side that a page knows of. */
export const LOST = { ...ABNORMAL, outcome: "unclean", initiator: "transport", phase: "open", sent: null };

/**
 * Opens a socket to a path, closes it (unless the peer is to), and returns what the page has seen and the peer. It
 * asserts what every end has in common.
 *
 * @param page The page, which stays open.
 * @param path The path of the server.
 * @param options The socket's options.
 * @param close The arguments of close(); without any, the peer is to end it.
 * @param when The event after which to close; "requested" is when the server has got the request.
 * @param bytesFirst So many bytes are sent before.
 */
export async function end(page, { path, options, close, when = "open", bytesFirst = 0 }) {
  const tag = newTag();
  const inPage = { path, tag, options, close, when, bytesFirst };
  const settled = await page.run(async ({ path, tag, options, close, when, bytesFirst }) => {
    const socket = connect(path, tag, options);
    const seen = watch(socket);
    sockets.set(tag, { socket, seen });
    if (close) {
      await (when === "requested" ? requested(tag) : event(socket, when));
    }
    if (bytesFirst > 0) {
      socket.send(new Uint8Array(bytesFirst));
    }
    const calledAt = performance.now();
    const waiters = [socket.closed, close ? socket.close(...close) : socket.closed, socket.closed];
    const reports = await Promise.all(waiters);
    const resumedAt = performance.now();
    return {
      took: resumedAt - calledAt,
      readyState: socket.readyState,
      isFrozen: Object.isFrozen(reports[0]),
      isOneReport: [...reports, socket.closeReport].every((report) => report === reports[0]),
      isReportInHandler: seen.byListener.at(-1).closeReport === reports[0],
      isHandlerFirst: seen.byListener.at(-1).at <= resumedAt,
    };
  }, inPage);
  const { took, ...rest } = settled;
  assert.deepEqual(rest, {
    readyState: READY_STATE.close,
    isFrozen: true,
    isOneReport: true,
    isReportInHandler: true,
    isHandlerFirst: true,
  });
  return { tag, took, ...(await seenInPage(page, tag)) };
}

/** The report and the events by now. Asserts what the events of every end have in common. */
export async function seenInPage(page, tag) {
  const { seen, report } = await page.run(async (tag) => {
    const { socket, seen } = sockets.get(tag);
    await laterTask();
    return { seen, report: socket.closeReport };
  }, tag);
  assert.deepEqual(seen.byAttribute.map(withoutTime), seen.byListener.map(withoutTime));
  const close = seen.byListener.at(-1);
  assert.equal(close.type, "close", "nothing comes after the close event");
  for (const { type, readyState, closeReport } of seen.byListener) {
    assert.equal(readyState, READY_STATE[type], `readyState in a handler of ${type}`);
    assert.deepEqual(closeReport, type === "close" ? report : null, `closeReport in a handler of ${type}`);
  }
  assert.deepEqual(
    { code: close.code, reason: close.reason, wasClean: close.wasClean },
    { code: report.code, reason: report.reason, wasClean: report.wasClean },
    "the report says what the event says",
  );
  return { report, close, events: seen.byListener.map(({ type }) => type) };
}

/** A new page with a socket that is open (`sockets` has it, and what is seen of it), and is closed after that if there is a frame. */
export async function openInPage(stage, t, path, { close, ...options } = {}) {
  const page = await stage.page(t);
  const tag = newTag();
  await page.run(
    async ([path, tag, options, close]) => {
      const socket = await open(path, tag, options);
      sockets.set(tag, { socket, seen: watch(socket) });
      if (close) {
        socket.close(close.code, close.reason);
      }
    },
    [path, tag, options, close],
  );
  return { page, tag };
}

/** Asserts all of a report; `elapsed` is at least the given time, and not much more. */
export function assertReport(
  { elapsed, timeConnecting, timeOpen, ...report },
  { elapsed: leastElapsed = 0, ...expected },
) {
  assert.deepEqual(report, { unsentBytes: 0, ...expected });
  assertTook(elapsed, leastElapsed);
  assert.ok(timeConnecting >= 0, `${timeConnecting} ms connecting`);
  assert.ok(report.phase === "connecting" ? timeOpen === 0 : timeOpen >= 0, `${timeOpen} ms open`);
}

/** Asserts which Close frames reached the peer, and who was first to end TCP. */
export function assertWire(connection, { closes, endedBy }) {
  assert.deepEqual(closesReceived(connection), closes);
  assert.ok(endedBy.includes(connection.ended?.by), `ended by ${connection.ended?.by}, not ${endedBy}`);
}

/** The same of a connection that the browser is to end; if its engine does not, nobody has ended it yet. */
export async function assertLetGo(server, tag, { closes, letsGo }) {
  if (letsGo) {
    assertWire(await server.connection(tag, "ended"), { closes, endedBy: BROWSER });
  } else {
    assertWire(await server.connection(tag, closes.length > 0 ? "closing" : undefined), {
      closes,
      endedBy: [undefined],
    });
  }
}

/** Asserts that the peer sees TCP end, and nothing else, when the page gives up an opening handshake. */
export function assertGivenUp(server, tag) {
  return assertLetGo(server, tag, { closes: [], letsGo: engine.dropsHandshakes });
}

/** Who may have ended TCP if it was the browser. */
export const BROWSER = ["client-fin", "client-reset"];
export const SERVER = ["server"];

function withoutTime({ at, ...note }) {
  return note;
}
