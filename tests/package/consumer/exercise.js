// What every consumer of the package does with it, wherever it runs: a close that the server answers, one that it never
// answers, and one that the server begins.

const CLOSE_TIMEOUT_MS = 300;

/**
 * Uses three connections, one after the other.
 *
 * @param WebSocketClass A class of the package, or made by it.
 * @param server The misbehaving server: `ws://host:port`.
 * @returns What came of each, as JSON can carry it.
 */
export async function exercise(WebSocketClass, server) {
  const connect = (path) => new WebSocketClass(server + path);
  const clean = await use(connect("/echo?tag=clean"), closeIt);
  const silent = connect("/silent?tag=timed-out");
  silent.closeTimeout = CLOSE_TIMEOUT_MS;
  return {
    clean,
    timedOut: await use(silent, closeIt),
    remote: await use(connect("/close?code=1001&reason=away"), (socket) => socket.closed),
  };
}

async function closeIt(socket) {
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve, { once: true });
    socket.addEventListener("error", () => reject(new Error("the connection failed")), { once: true });
  });
  return socket.close(4000, "bye");
}

async function use(socket, end) {
  const events = [];
  const note = (how, { type, code, reason, wasClean }) =>
    events.push({ how, type, code, reason, wasClean, readyState: socket.readyState });
  socket.onclose = (event) => note("attribute", event);
  socket.addEventListener("close", (event) => note("function", event));
  socket.addEventListener("close", { handleEvent: (event) => note("object", event) });
  const before = performance.now();
  const report = await end(socket);
  return { events, report, tookMs: performance.now() - before };
}
