// What a socket sees of its end. It runs in a page and in a runtime alike, and stands on nothing but the platform.

/**
 * Opens a socket for each row, ends it as the row says, and notes what becomes of it. Rows run at the same time, but for
 * those that the next one has to wait for.
 *
 * @param classes What to construct: `{ native, ours }`.
 * @param rows Each with its `id`, the `url`, and what it has in `behaviours.mjs`.
 * @param args What close() is called with.
 * @param changed Called with a row's record, and its socket, whenever there is more in it. Times are in milliseconds since 1970.
 */
export async function measureAll(classes, rows, args, changed) {
  for (const row of rows) {
    await measureOne(classes, row, args, changed)[row.until];
  }
}

function measureOne(classes, { id, url, behaviour, variant }, args, changed) {
  const options = { ...variant.options, ...behaviour.options };
  const record = { id, constructedAt: now(), closeEvents: 0, errorEvents: 0, messagesAfterClose: 0 };
  const socket = variant.isOurs ? new classes.ours(url, options) : new classes.native(url);
  let acted;
  const close = () => {
    if (behaviour.bytesFirst > 0) {
      socket.send(new Uint8Array(behaviour.bytesFirst));
    }
    record.closeCalledAt = now();
    if (behaviour.pageDoes) {
      acted = PAGE_DOES[behaviour.pageDoes](url, socket);
    } else {
      socket.close(...args);
    }
    changed(record, socket);
  };
  socket.addEventListener("open", () => {
    record.openedAt = now();
    if (behaviour.closeWhen === "open") {
      close();
    }
    changed(record, socket);
  });
  socket.addEventListener("message", () => {
    if (record.closeEvents > 0) {
      record.messagesAfterClose += 1;
      // There can be many, and a program prints each change: every doubling is enough.
      if (Number.isInteger(Math.log2(record.messagesAfterClose))) {
        changed(record, socket);
      }
    }
  });
  socket.addEventListener("error", () => {
    record.errorEvents += 1;
    changed(record, socket);
  });
  socket.addEventListener("close", ({ code, reason, wasClean }) => {
    record.closeEvents += 1;
    if (record.closeEvents === 1) {
      record.closedAt = now();
      const { readyState, bufferedAmount, closeReport: report = null } = socket;
      Object.assign(record, { code, reason, wasClean, readyState, bufferedAmount, report });
    }
    changed(record, socket);
  });
  socket.closed?.then((report) => {
    record.resumedAt = now();
    record.isOneReport = report === socket.closeReport;
    changed(record, socket);
  });
  changed(record, socket);
  if (behaviour.closeWhen === "requested") {
    requested(url).then(close);
  }
  const event = (type) => new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }));
  const error = event("error");
  const over = Promise.race([event("close"), error]); // Node 22 has no other event for a failed handshake
  const connected = Promise.race([event("open"), over]);
  return { connected, acted: connected.then(() => acted), over };
}

/** What a page does; each resolves when the browser has begun to do with its sockets what it then does. */
const PAGE_DOES = {
  async download(url) {
    const begins = new Promise((resolve) => addEventListener("beforeunload", resolve, { once: true }));
    const href = new URL("/download", url.replace("ws", "http")).href;
    Object.assign(document.createElement("a"), { href }).click();
    await begins;
    await new Promise((resolve) => setTimeout(resolve));
  },
  async stop(_url, socket) {
    window.stop();
    Reflect.get(socket, "readyState");
  },
};

function now() {
  return performance.timeOrigin + performance.now();
}

/** The server has got the request. Nothing tells of it, so it is asked again and again. */
async function requested(url) {
  const log = new URL("/log", url.replace("ws", "http"));
  let connections = [];
  while (connections.length === 0) {
    ({ connections } = await (await fetch(log)).json());
  }
}
