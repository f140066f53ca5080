// Receiving by `for await`: the messages of a socket, one after the other, until it has ended.

/** How many messages wait for the loop at the most. */
export const MAX_WAITING_MESSAGES = 1024;

/** What the loop needs of a socket. */
export interface MessageSource extends EventTarget {
  readonly closed: Promise<unknown>;
  close(): Promise<unknown>;
}

/**
 * The messages from now on. A page cannot make its peer wait, so what comes while the loop is busy is kept, up to
 * {@link MAX_WAITING_MESSAGES}. One more ends the connection: the loop still gets every message that was kept, and then
 * an error instead of the end, so that nothing is lost silently.
 */
export async function* receive(socket: MessageSource): AsyncGenerator<unknown, void, undefined> {
  const waiting: unknown[] = [];
  let wake = (): void => {};
  let isOver = false;
  let isFull = false;
  const listener = (event: Event): void => {
    if (waiting.length === MAX_WAITING_MESSAGES) {
      isFull = true;
      socket.close();
    }
    if (!isFull) {
      waiting.push((event as MessageEvent).data);
    }
    wake();
  };
  socket.addEventListener("message", listener);
  socket.closed.then(() => {
    isOver = true;
    wake();
  });
  try {
    while (waiting.length > 0 || !(isOver || isFull)) {
      if (waiting.length > 0) {
        yield waiting.shift();
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
    if (isFull) {
      throw new DOMException(
        `The loop did not take the messages as fast as they came, and ${MAX_WAITING_MESSAGES} were waiting.`,
        "QuotaExceededError",
      );
    }
  } finally {
    socket.removeEventListener("message", listener);
    await socket.close();
  }
}
