// What a Worker does with the package: as `exercise.js`, without what its WebSocket has not, such as `onclose`.

const CLOSE_TIMEOUT_MS = 300;

/** Answers the request with what came of a close that the server answers, and of one that it never answers. */
export async function answer(request, WebSocketClass) {
  const server = new URL(request.url).searchParams.get("server");
  const echo = await open(new WebSocketClass(`${server}/echo?tag=clean`));
  echo.socket.send("hello");
  const { data } = await next(echo.socket, "message");
  const clean = await close(echo);
  const silent = await open(
    new WebSocketClass(`${server}/silent?tag=timed-out`, { closeTimeout: CLOSE_TIMEOUT_MS }),
  );
  return Response.json({ data, clean, timedOut: await close(silent) });
}

async function open(socket) {
  const events = [];
  for (const type of ["open", "message", "error", "close"]) {
    socket.addEventListener(type, () => events.push(`${type} ${socket.readyState}`));
  }
  await next(socket, "open");
  return { socket, events };
}

async function close({ socket, events }) {
  return { report: await socket.close(4000, "bye"), events };
}

function next(socket, type) {
  return new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }));
}
