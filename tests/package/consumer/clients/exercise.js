// What every page of a client does with it: an exchange, and a close that the peer never answers.

const CLOSE_TIMEOUT_MS = 300;

/** `host:port` of the client's peer. */
export const host = new URLSearchParams(location.search).get("server");

/** The sockets that the client made. */
const sockets = [];

/** A class that waits less than the one that it is made of. */
export function impatient(Base) {
  return class extends Base {
    constructor(...args) {
      super(...args);
      this.closeTimeout = CLOSE_TIMEOUT_MS;
      sockets.push(this);
    }
  };
}

/**
 * Closes the client once its peer has answered, and then fallen silent.
 *
 * @param answer What the peer answers, as a promise.
 * @param onClosed Takes a function, to which the client gives what it says of the close.
 * @param close Closes the client.
 * @param state The client's state, if it has one.
 * @returns What came of it, as JSON can carry it.
 */
export async function exercise({ answer, onClosed, close, state = () => null }) {
  const answered = await answer;
  await globalThis.fallSilent();
  const closed = [];
  const isClosed = new Promise((resolve) => {
    onClosed((said) => resolve(closed.push({ said, socketState: sockets[0].readyState })));
  });
  const before = performance.now();
  close();
  const report = await sockets[0].closed;
  await isClosed;
  const tookMs = performance.now() - before;
  // The socket's event may still be on its way through the client.
  await new Promise((resolve) => setTimeout(resolve));
  return { answered, closed, report, tookMs, state: state(), sockets: sockets.length };
}

/** The first `message` event's data. */
export function firstMessage(target) {
  return new Promise((resolve) => {
    target.addEventListener("message", ({ data }) => resolve(data));
  });
}

/** What there is to see of a `close` event. */
export function closeOf({ code, reason, wasClean }) {
  return { code, reason, wasClean };
}
