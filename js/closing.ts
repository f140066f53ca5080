// One socket's closing handshake, from the JavaScript side. It decides nothing: what happens goes to the core
// (`src/bindings.rs`), and what the core calls for is done.

import { ClosingHandshake, defaultCloseTimeout } from "../target/wasm/graceful_websocket.js";
import { closeEvent } from "./close-event.js";
import type { Native } from "./native.js";
import type { Options } from "./options.js";
import type { Realm } from "./realm.js";
import type { CloseInitiator, CloseOutcome, ClosePhase, CloseReport } from "./types.js";

const CLOSED = 3;
const ABNORMAL = 1006;

// What the core's numbers say: the variants of its enums, in their order (`src/closing/report.rs`).
const OUTCOMES: CloseOutcome[] = ["clean", "unclean", "timed-out", "terminated", "never-opened"];
const INITIATORS: CloseInitiator[] = ["local", "remote", "transport"];
const PHASES: ClosePhase[] = ["connecting", "open", "flushing", "handshake"];

/** Without a prototype, as dictionaries take what they inherit: a page's `Object.prototype.signal` would be one of ours. */
const ONCE = { __proto__: null, once: true };

/** What the core sees of a socket, and what listens to the socket's end on the core's behalf. */
export class Closing implements EventListenerObject {
  readonly closed: Promise<CloseReport>;
  readonly released: Promise<void>;
  report: CloseReport | null = null;
  /** Whether the page has begun the end. */
  isBegun = false;
  readonly #socket: WebSocket;
  readonly #native: Native;
  readonly #options: Options;
  readonly #realm: Realm | undefined;
  #closeTimeout: number;
  #resume!: (report: CloseReport) => void;
  #release!: () => void;
  // The reasons, which the core has no use for.
  #reasonToSend = "";
  #sentReason = "";
  #receivedReason = "";
  /** The event that we fire. */
  #ownEvent: Event | undefined;
  /** The core's part; given back as soon as the socket has settled. */
  #handshake: ClosingHandshake | null;

  constructor(socket: WebSocket, native: Native, options: Options, realm?: Realm) {
    this.closed = new Promise((resolve) => {
      this.#resume = resolve;
    });
    this.released = new Promise((resolve) => {
      this.#release = resolve;
    });
    this.#socket = socket;
    this.#native = native;
    this.#options = options;
    this.#realm = realm;
    this.#closeTimeout = defaultCloseTimeout();
    this.#handshake = new ClosingHandshake(this);
    // First in line, and first of the capturing ones where an engine prefers those, so that a late event can be kept
    // from every listener of the page. Nothing listens to messages.
    native.listen(socket, "open", this, ONCE);
    native.listen(socket, "error", this, true);
    native.listen(socket, "close", this, true);
    options.signal?.addEventListener("abort", this);
    if (options.onPageHide) {
      globalThis.addEventListener?.("pagehide", this);
    }
    if (options.closeTimeout !== undefined) {
      this.closeTimeout = options.closeTimeout;
    }
    if (options.openTimeout !== undefined) {
      this.#handshake.setOpenTimeout(options.openTimeout);
    }
    if (options.signal?.aborted) {
      this.close(undefined, "");
    }
  }

  get closeTimeout(): number {
    return this.#closeTimeout;
  }

  set closeTimeout(milliseconds: number) {
    reserveStack();
    this.#closeTimeout = milliseconds;
    this.#handshake?.setCloseTimeout(milliseconds);
  }

  close(code: number | undefined, reason: string): void {
    reserveStack();
    this.isBegun = true;
    this.#reasonToSend = reason;
    this.#handshake?.close(code, this.#nativeState());
  }

  terminate(): void {
    reserveStack();
    this.isBegun = true;
    this.#handshake?.terminate(this.#nativeState());
  }

  /** So many bytes were sent after the close. They are dropped, but stay in bufferedAmount for ever. */
  lateSend(bytes: number): void {
    this.#handshake?.lateSend(bytes);
  }

  handleEvent(event: Event): void {
    switch (event.type) {
      case "open":
        this.#handshake?.opened();
        break;
      case "abort":
        this.close(undefined, "");
        break;
      case "pagehide":
        this.close(this.#options.onPageHide?.code, this.#options.onPageHide?.reason ?? "");
        break;
      default:
        // The browser's own comes when its state is CLOSED; one that the page dispatches, in another. (Ours may come in
        // either: WebKit is CLOSED some tasks before it says so.)
        if (this.#nativeState() === CLOSED && event !== this.#ownEvent) {
          this.#ended(event);
        }
    }
  }

  #nativeState(): number {
    return this.#native.readyState(this.#socket);
  }

  /** The browser's `error` or `close` event has come; nobody else gets it if the socket has settled before it. */
  #ended(event: Event): void {
    if (this.#isLate(event)) {
      // And it stays with us for more: Deno can have two close events.
      event.stopImmediatePropagation();
      if (event.type === "close" && this.#handshake === null) {
        this.#release();
      }
    } else if (event.type === "close") {
      this.#socket.removeEventListener("error", this, true);
      this.#socket.removeEventListener("close", this, true);
    }
  }

  #isLate(event: Event): boolean {
    if (this.#handshake === null) {
      return true;
    }
    if (event.type === "error") {
      return this.#handshake.nativeError();
    }
    const { code, reason, wasClean } = event as CloseEvent;
    this.#receivedReason = reason;
    // Deno's event has no code where the standard's has 1006.
    return this.#handshake.nativeClose(code || ABNORMAL, wasClean);
  }

  // From here on: what the core calls. An exception must not pass through it: it would be left half done.

  bufferedAmount(): number {
    let bytes = 0;
    attempt(() => {
      bytes = +this.#socket.bufferedAmount;
    });
    return bytes;
  }

  sendClose(code?: number): void {
    this.#sentReason = code === undefined ? "" : this.#reasonToSend;
    // The platform's does not throw for what was checked. If a class of somebody else's does, the deadline stands.
    attempt(() => this.#native.close(this.#socket, code, this.#sentReason));
  }

  settle(
    isSynthetic: boolean,
    code: number,
    wasClean: boolean,
    outcome: number,
    initiator: number,
    phase: number,
    sentCode: number | undefined,
    elapsed: number,
    unsentBytes: number,
  ): void {
    const reason = this.#receivedReason;
    const sent = sentCode === undefined ? null : Object.freeze({ code: sentCode, reason: this.#sentReason });
    this.report = Object.freeze({
      code,
      reason,
      wasClean,
      outcome: OUTCOMES[outcome] as CloseOutcome,
      initiator: INITIATORS[initiator] as CloseInitiator,
      sent,
      phase: PHASES[phase] as ClosePhase,
      elapsed,
      unsentBytes,
    });
    attempt(() => this.#options.signal?.removeEventListener("abort", this));
    if (this.#options.onPageHide) {
      globalThis.removeEventListener?.("pagehide", this);
    }
    if (isSynthetic) {
      this.#ownEvent = closeEvent({ code, reason, wasClean });
      attempt(() => this.#native.dispatch(this.#socket, this.#ownEvent as Event));
    }
  }

  resumeWaiters(): void {
    this.#resume(this.report as CloseReport);
    const handshake = this.#handshake;
    this.#handshake = null;
    attempt(() => handshake?.free());
    this.#realm?.remove();
    attempt(() => {
      if (this.#nativeState() === CLOSED) {
        this.#release();
      } else {
        this.#native.terminate(this.#socket);
      }
    });
  }
}

/**
 * Throws the engine's RangeError now, if it might come in the middle of the core otherwise: so deep a recursion needs more
 * of the stack than the core does.
 */
function reserveStack(levels = 1_500): void {
  if (levels > 0) {
    reserveStack(levels - 1);
  }
}

/** What somebody else's code throws is not lost silently, and keeps nothing else from being done. */
function attempt(action: () => void): void {
  try {
    action();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
