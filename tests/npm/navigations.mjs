// What takes a page elsewhere, or nowhere, and what becomes of its sockets: from the page's side and from the peer's.

import assert from "node:assert/strict";

import { assertReport, assertWire, BROWSER, SERVER, seenInPage } from "./ending.mjs";
import { engine } from "./engines.mjs";
import { assertTook, newTag } from "./stage.mjs";

export const CLOSE_TIMEOUT_MS = 1_500;
/** What the tests close with. */
export const FRAME = { code: 3000, reason: "done" };
/** What a browser closes with. */
export const GOING_AWAY = { code: 1001, reason: "" };
export const CLEAN = { wasClean: true, outcome: "clean" };
export const TIMED_OUT = {
  ...{ code: 1006, reason: "", wasClean: false, outcome: "timed-out" },
  elapsed: CLOSE_TIMEOUT_MS,
};

/** What each peer makes of a Close frame, and how far it comes. */
export const PEERS = {
  "/echo": { answers: (frame) => ({ ...frame, ...CLEAN }), until: "ended", endedBy: SERVER },
  "/other": {
    answers: () => ({ code: 4999, reason: "other", ...CLEAN }),
    until: "ended",
    endedBy: SERVER,
  },
  "/silent": { answers: () => TIMED_OUT, until: "closing", endedBy: [undefined, ...BROWSER] },
};
export const PATHS = Object.keys(PEERS);

/** Who closed, and with what. */
const closedBy = (initiator, sent = null) => ({ initiator, sent, phase: "handshake" });
export const BY_PAGE = closedBy("local", FRAME);
export const BY_BROWSER = closedBy("browser");
export const BY_PEER = closedBy("remote");

/** Navigations that begin, and are none: what they are, and whether the server is asked for sure. */
export const NAVIGATIONS = [
  { action: goNowhere, name: "to an answer without a page", asks: true },
  { action: clickLink, name: "to an answer without a page, by a link", asks: true },
  { action: submitForm, name: "to an answer without a page, by a form", asks: true },
  { action: clickDownload, name: "to a download, by a link", asks: true },
  { action: goToBlob, name: "to a blob: that is no page", asks: false },
  { action: goAndStop, name: "to a page that does not come, until it stops", asks: false },
];

/** What begins no navigation that would leave the page. */
export const OTHERS = [
  { action: saveLink, name: "saves a link" },
  { action: goToFragment, name: "goes to another fragment" },
  { action: pushState, name: "makes an entry of the history" },
  ...(engine.staysForMail ? [{ action: writeLetter, name: "goes to a letter" }] : []),
];

/** Opens a socket, and returns its tag. */
export async function openSocket(page, path, options) {
  const tag = newTag();
  await page.run(
    async ([path, tag, options]) => {
      const socket = await open(path, tag, options);
      sockets.set(tag, { socket, seen: watch(socket) });
    },
    [path, tag, { closeTimeout: CLOSE_TIMEOUT_MS, ...options }],
  );
  return tag;
}

/** Lets the page do one of the actions, and returns the tag of the request that it makes, if it makes one. */
export async function act(page, action) {
  const tag = newTag();
  await page.run(
    async ([action, tag]) => {
      globalThis.actedAt = performance.now();
      // biome-ignore lint/security/noGlobalEval: a function of the test's, for the page
      await globalThis.eval(`(${action})`)(tag);
    },
    [String(action), tag],
  );
  return tag;
}

/** The browser has closed the socket, and nobody looks at it before it has settled. */
export async function assertClosed(stage, page, { path, tag }, by, { unsentBytes = 0 } = {}) {
  const { answers, until, endedBy } = PEERS[path];
  const took = await page.run(async (tag) => {
    await sockets.get(tag).socket.closed;
    return performance.now() - actedAt;
  }, tag);
  const { report, events } = await seenInPage(page, tag);
  const expected = { ...answers(GOING_AWAY), ...by, unsentBytes };
  assertReport(report, expected);
  assertTook(took, expected.elapsed ?? 0);
  assert.deepEqual(events, ["close"]);
  assertWire(await stage.server.connection(tag, until), { closes: [GOING_AWAY], endedBy });
}

/** The socket is as open as before, and closes as any other. */
export async function assertStaysOpen(stage, page, { path, tag }) {
  const { answers, until, endedBy } = PEERS[path];
  const isEcho = path !== "/silent";
  const seen = await page.run(
    async ([tag, isEcho, { code, reason }]) => {
      const { socket } = sockets.get(tag);
      const states = [socket.readyState, nativeState(socket)];
      const echo = isEcho && event(socket, "message");
      socket.send("still there?");
      const { data } = await echo;
      await socket.close(code, reason);
      return { states, data };
    },
    [tag, isEcho, FRAME],
  );
  assert.deepEqual(seen, { states: [1, 1], data: isEcho ? "still there?" : undefined });
  const { report, events } = await seenInPage(page, tag);
  assertReport(report, { ...answers(FRAME), ...BY_PAGE });
  assert.deepEqual(events, isEcho ? ["message", "close"] : ["close"]);
  assertWire(await stage.server.connection(tag, until), { closes: [FRAME], endedBy });
}

/** A navigation has begun: the engine has done with the socket what it does then, and the report says that it was it. */
export function assertEngineActed(stage, page, socket) {
  return engine.closesInPageThatStays
    ? assertClosed(stage, page, socket, BY_BROWSER)
    : assertStaysOpen(stage, page, socket);
}

// From here on: functions that run in the page. The tag is for the request, if they make one.

export function goNowhere(tag) {
  location.href = `/204?tag=${tag}`;
}

function clickLink(tag) {
  Object.assign(document.createElement("a"), { href: `/204?tag=${tag}` }).click();
}

function submitForm(tag) {
  const form = Object.assign(document.createElement("form"), { action: `/204?tag=${tag}`, method: "post" });
  document.body.append(form);
  form.submit();
  form.remove();
}

function clickDownload(tag) {
  Object.assign(document.createElement("a"), { href: `/download?tag=${tag}` }).click();
}

function goToBlob() {
  location.href = URL.createObjectURL(new Blob(["to keep"], { type: "application/octet-stream" }));
}

async function goAndStop(tag) {
  const begins = event(window, "beforeunload");
  location.href = `/slow?tag=${tag}`;
  await begins;
  // WebKit fails every request while a navigation is under way, which tells as much.
  await requested(tag).catch(() => {});
  window.stop();
}

export function stopLoading() {
  window.stop();
}

function saveLink() {
  const link = Object.assign(document.createElement("a"), { href: "/download", download: "download.bin" });
  document.body.append(link);
  link.click();
  link.remove();
}

function goToFragment() {
  location.hash = "elsewhere";
}

function pushState() {
  history.pushState(null, "", "?elsewhere");
}

function writeLetter() {
  location.href = "mailto:nobody@example.org";
}
