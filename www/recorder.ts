// What one socket did when: its states, the calls made on it, and the events that it fired. Nothing here draws.

import { codeAndReason } from "./format.js";

const STATES = ["CONNECTING", "OPEN", "CLOSING", "CLOSED"] as const;

export type State = (typeof STATES)[number];

/** Something that happened to the socket. */
export interface Entry {
  readonly kind: "state" | "call" | "event" | "exception";
  /** Milliseconds since the run began. */
  readonly at: number;
  readonly text: string;
  /** How often in a row; only messages are counted. */
  count: number;
}

/** Records a socket from its construction on. */
export class Recorder<Socket extends WebSocket = WebSocket> implements EventListenerObject {
  readonly socket: Socket;
  /** In the order in which they happened. */
  readonly entries: Entry[] = [];
  /** Counts up with every change. */
  revision = 0;
  /** What the `close` event said; `null` before it. */
  closeEvent: CloseEvent | null = null;
  /** When the first `close()` without an exception returned. */
  closeCalledAt: number | null = null;
  readonly #now: () => number;
  readonly #changed: () => void;

  /** Records until `signal` is aborted; `changed` is called after every change. */
  constructor(socket: Socket, now: () => number, changed: () => void, signal: AbortSignal) {
    this.socket = socket;
    this.#now = now;
    this.#changed = changed;
    for (const type of ["open", "message", "error", "close"]) {
      socket.addEventListener(type, this, { signal });
    }
    this.sample();
  }

  get state(): State {
    return STATES[this.socket.readyState] as State;
  }

  /** When the present state began. */
  get since(): number {
    return this.entries.findLast(({ kind }) => kind === "state")?.at ?? 0;
  }

  /** Looks at the state. No event tells of CLOSING, so somebody has to look from time to time. */
  sample(): void {
    const last = this.entries.findLast(({ kind }) => kind === "state");
    if (last?.text !== this.state) {
      this.#add("state", this.state);
    }
  }

  /** Makes a call and returns its exception, if there is one. Both are recorded. */
  call(text: string, act: (socket: Socket) => void): Error | null {
    const at = this.#now();
    try {
      act(this.socket);
      this.#add("call", text, at);
      return null;
    } catch (error) {
      const thrown = error as Error;
      this.#add("exception", `${text} throws ${thrown.name}`, at);
      return thrown;
    } finally {
      this.sample();
    }
  }

  /** Calls `close()`, and remembers when. */
  close(text: string, act: (socket: Socket) => void): Error | null {
    const thrown = this.call(text, act);
    if (thrown === null) {
      this.closeCalledAt ??= this.#now();
    }
    return thrown;
  }

  handleEvent(event: Event): void {
    this.sample();
    const last = this.entries.at(-1);
    if (event.type === "close") {
      this.closeEvent = event as CloseEvent;
      const { code, reason, wasClean } = this.closeEvent;
      this.#add("event", `close ${codeAndReason(code, reason)}, wasClean ${wasClean}`);
    } else if (event.type === "message" && last?.text === "message") {
      last.count += 1;
      this.#change();
    } else {
      this.#add("event", event.type);
    }
  }

  #add(kind: Entry["kind"], text: string, at = this.#now()): void {
    this.entries.push({ kind, at, text, count: 1 });
    this.#change();
  }

  #change(): void {
    this.revision += 1;
    this.#changed();
  }
}
