// What every contestant in JavaScript does, given how it makes a socket. Those in Rust have `receive` and `send`, too.

const LAST = "last";

export function contestant(connect) {
  /** Milliseconds from the first message to the last of so many. The server closes after them. */
  function receive(url, count) {
    return new Promise((resolve) => {
      const socket = connect(url);
      socket.binaryType = "arraybuffer";
      let received = 0;
      let begun;
      let took;
      socket.addEventListener("message", () => {
        received += 1;
        if (received === 1) {
          begun = performance.now();
        } else if (received === count) {
          took = performance.now() - begun;
          socket.close();
        }
      });
      socket.addEventListener("close", () => resolve(took));
    });
  }

  /** Milliseconds from the first message to the server's echo of a short one behind the last. */
  async function send(url, kind, bytes, count) {
    const message = kind === "text" ? "x".repeat(bytes) : new Uint8Array(bytes).fill(120);
    const socket = await open(url);
    const begun = performance.now();
    for (let sent = 0; sent < count; sent += 1) {
      socket.send(message);
    }
    socket.send(LAST);
    await event(socket, "message");
    const took = performance.now() - begun;
    await close(socket);
    return took;
  }

  /** Milliseconds that so many sockets take, one after the other, from the constructor to the `close` event. */
  async function cycle(url, count) {
    const begun = performance.now();
    for (let done = 0; done < count; done += 1) {
      await close(await open(url));
    }
    return performance.now() - begun;
  }

  /** So many sockets, open. */
  async function openAll(url, count) {
    const sockets = [];
    while (sockets.length < count) {
      sockets.push(await open(url));
    }
    return sockets;
  }

  async function open(url) {
    const socket = connect(url);
    await event(socket, "open");
    return socket;
  }

  return { receive, send, cycle, openAll };
}

/** Closes, and waits for the event. */
export function close(socket) {
  const closed = event(socket, "close");
  socket.close();
  return closed;
}

export function event(socket, type) {
  return new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }));
}
