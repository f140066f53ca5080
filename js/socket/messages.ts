// Receiving by `for await`: the messages of a socket, one after the other, until it has ended.

/** How many messages wait for the loop at the most. */
export const MAX_WAITING_MESSAGES = 1024;

/** What the loop needs of a socket. */
export interface MessageSource extends EventTarget {
  close(): Promise<unknown>;
}

type Messages = AsyncGenerator<unknown, void, undefined>;

/**
 * The messages from now on, until the socket has `closed`. A page cannot make its peer wait, so what comes while the
 * loop is busy is kept, up to {@link MAX_WAITING_MESSAGES}. One more ends the connection: the loop still gets every
 * message that was kept, and then an error instead of the end, so that nothing is lost silently.
 */
export function receive(socket: MessageSource, closed: Promise<unknown>): Messages {
  const messages = keepAndYield(socket, closed);
  const leave = messages.return;
  // A generator puts this off until the message that is being waited for is there.
  messages.return = (value) => {
    socket.close();
    return leave.call(messages, value);
  };
  // As far as the empty `yield`: from now on messages are kept.
  messages.next();
  return messages;
}

async function* keepAndYield(socket: MessageSource, closed: Promise<unknown>): Messages {
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
  closed.then(() => {
    isOver = true;
    wake();
  });
  try {
    yield;
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
        `The loop takes messages more slowly than they come: ${MAX_WAITING_MESSAGES} were waiting.`,
        "QuotaExceededError",
      );
    }
  } finally {
    socket.removeEventListener("message", listener);
    await socket.close();
  }
}
