// The globals of every test page: the package, and what the tests' functions in the page have in common.

import { GracefulWebSocket, withGracefulClose } from "/dist/index.js";

/** A socket to a path of the server, such as `/late?ms=100`, under a tag. */
function connect(path, tag, options) {
  return new GracefulWebSocket(address(path, tag), options);
}

/** The URL of a path of the server. */
function address(path, tag) {
  const url = new URL(path, location.origin.replace("http", "ws"));
  url.searchParams.set("tag", tag);
  return url;
}

/** The same, when it is open. */
async function open(path, tag, options) {
  const socket = connect(path, tag, options);
  await event(socket, "open");
  return socket;
}

/** The next event of the type. */
function event(target, type) {
  return new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));
}

/** The page is hidden. */
async function hidden() {
  while (document.visibilityState !== "hidden") {
    await event(document, "visibilitychange");
  }
}

/** The server has got the request of the socket with the tag. Nothing tells of it, so it is asked again and again. */
async function requested(tag) {
  let connections = [];
  while (connections.length === 0) {
    const response = await fetch(`/log?tag=${tag}`);
    ({ connections } = await response.json());
  }
}

/** Some later task, after the ones that are queued now. */
function laterTask() {
  return new Promise((resolve) => setTimeout(resolve));
}

/** Notes every event of a socket, as listeners see it and as `on…` attributes do. */
function watch(socket) {
  const seen = { byListener: [], byAttribute: [] };
  for (const type of ["open", "message", "error", "close"]) {
    socket.addEventListener(type, (event) => seen.byListener.push(note(socket, event)));
    socket[`on${type}`] = (event) => seen.byAttribute.push(note(socket, event));
  }
  return seen;
}

/** What a handler sees: the event, and the socket meanwhile. */
function note(socket, { type, code, reason, wasClean }) {
  const { readyState, bufferedAmount, closeReport } = socket;
  const event = type === "close" ? { type, code, reason, wasClean } : { type };
  return { ...event, at: performance.now(), readyState, bufferedAmount, closeReport };
}

/** The state that the browser itself gives the socket. */
function nativeState(socket) {
  return Reflect.get(WebSocket.prototype, "readyState", socket);
}

/** What the function throws, as far as it crosses to the tests; null if it throws nothing. */
function thrown(throwing) {
  try {
    throwing();
    return null;
  } catch (error) {
    return { name: error.name, message: error.message, type: error.constructor.name };
  }
}

/** The sockets that a test comes back to, by tag. */
const sockets = new Map();

Object.assign(globalThis, {
  sockets,
  GracefulWebSocket,
  withGracefulClose,
  address,
  connect,
  open,
  event,
  hidden,
  requested,
  laterTask,
  watch,
  nativeState,
  thrown,
});
