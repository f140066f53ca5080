// What every test double is asked for, wherever it runs: a socket of the package on it, from its making to its report.
// What came of it is as JSON can carry it, since one of the doubles lives in a page.

export const CLOSE_TIMEOUT_MS = 300;
export const BYE = { code: 4000, reason: "bye" };

/** Where no server is: a socket that passes its double by fails at once. */
export const NOWHERE = "ws://127.0.0.1:1";

const TYPES = ["open", "message", "error", "close"];

/**
 * One socket, and what its listeners and its handlers hear: the event's name and the ready state in it, and what the
 * event carries.
 */
export class Conversation {
  socket;
  #class;
  #listeners = [];
  #handlers = [];
  /** How many events were not of the socket. */
  #strangers = 0;

  constructor(GracefulWebSocket, url, { closeTimeout = CLOSE_TIMEOUT_MS } = {}) {
    const socket = new GracefulWebSocket(url, { closeTimeout });
    this.socket = socket;
    this.#class = GracefulWebSocket;
    for (const type of TYPES) {
      socket.addEventListener(type, (event) => {
        // A stub's own dispatch sets no target of an event that the browser has made.
        this.#strangers += (event.target ?? socket) === socket ? 0 : 1;
        this.#listeners.push(lineOf(event, socket));
      });
      socket[`on${type}`] = (event) => this.#handlers.push(lineOf(event, socket));
    }
  }

  /** The next event of this type; none comes after the close. */
  next(type) {
    return new Promise((resolve, reject) => {
      this.socket.addEventListener(type, resolve);
      this.socket.addEventListener("close", () => reject(new Error(`closed before the event ${type}`)));
    });
  }

  /** Sends a message, and waits for the next. */
  async exchange(message) {
    const answer = this.next("message");
    this.socket.send(message);
    await answer;
  }

  /** Begins the close. The report, as the caller gets it. */
  close({ code, reason } = BYE) {
    return this.socket.close(code, reason);
  }

  /** All that came of it, once it has ended. */
  async result() {
    const report = await this.socket.closed;
    return {
      isInstance: this.socket instanceof this.#class,
      isOneReport: report === this.socket.closeReport,
      readyState: this.socket.readyState,
      listeners: [...this.#listeners],
      handlers: [...this.#handlers],
      strangers: this.#strangers,
      report,
    };
  }
}

/** Opens, has a message answered, and closes. */
export async function talk(GracefulWebSocket, url, frame = BYE) {
  const conversation = new Conversation(GracefulWebSocket, url);
  await conversation.next("open");
  await conversation.exchange("hello");
  await conversation.close(frame);
  return conversation.result();
}

/** Opens, closes, and gets no answer in time. `answer` makes it come all the same, and waits until it has. */
export async function talkToSilence(GracefulWebSocket, url, answer) {
  const conversation = new Conversation(GracefulWebSocket, url);
  await conversation.next("open");
  await conversation.close();
  await answer?.(conversation.socket);
  return conversation.result();
}

/** Opens, and waits for an end that is not its own: what `end` brings about, or the peer by itself. */
export async function listen(GracefulWebSocket, url, end) {
  const conversation = new Conversation(GracefulWebSocket, url);
  await conversation.next("open");
  await end?.(conversation.socket);
  return conversation.result();
}

/** Waits for a connection that does not come about. */
export async function knock(GracefulWebSocket, url) {
  return new Conversation(GracefulWebSocket, url).result();
}

/** `open 1`, `message 1 hello`, `close 3 4000 bye clean`. */
function lineOf({ type, data, code, reason, wasClean }, { readyState }) {
  const said = {
    message: [data],
    close: [code, reason, wasClean ? "clean" : "unclean"],
  };
  return [type, readyState, ...(said[type] ?? [])].filter((word) => word !== "").join(" ");
}
