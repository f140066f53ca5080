// One socket's life, from connecting to settled. It decides nothing: what happens goes to the machine, and what the
// machine calls for is done.

import { isGecko } from "../browser/gecko.js";
import type { Realm } from "../browser/realm.js";
import { attempt, report } from "../browser/report-error.js";
import { type Sleeper, wakeUps } from "../browser/wake-ups.js";
import { type Core, Input, type State, Then, WakeUp } from "../closing/core.js";
import { DEFAULT_CLOSE_TIMEOUT } from "../closing/limits.js";
import type { CloseReport } from "../types.js";
import { closeEvent } from "./close-event.js";
import type { Native } from "./native.js";
import type { Options } from "./options.js";

const CLOSING = 2;
const CLOSED = 3;

/** Listens to a socket's end, and carries out what the machine says. */
export class Lifecycle implements EventListenerObject, Sleeper {
  report: CloseReport | null = null;
  /** Whether the page has begun the end. */
  isBegun = false;
  deadline = 0;
  readonly #socket: WebSocket;
  readonly #native: Native;
  readonly #options: Options;
  readonly #realm: Realm | undefined;
  readonly #core: Core;
  #state: State;
  #closeTimeout = DEFAULT_CLOSE_TIMEOUT;
  // Made when they are asked for.
  #closed: Promise<CloseReport> | undefined;
  #resume: ((report: CloseReport) => void) | undefined;
  #released: Promise<void> | undefined;
  #release: (() => void) | undefined;
  /** Whether those who await the report may resume. */
  #isOver = false;
  /** What the first close was called with. */
  #frame: { code?: number; reason: string } | undefined;
  #lastState = 0;
  /** The event that we fire. */
  #ownEvent: Event | undefined;
  /** The task that the machine waits for; a later one takes its place. */
  #yielded: object | undefined;

  constructor(core: Core, socket: WebSocket, native: Native, options: Options, realm?: Realm) {
    this.#socket = socket;
    this.#native = native;
    this.#options = options;
    this.#realm = realm;
    this.#core = core;
    core.step(undefined, Input.New, wakeUps.host.now(), 0, 0, 0, isGecko);
    this.#state = core.state;
    // First in line, and first of the capturing ones where an engine prefers those, so that a late event can be kept
    // from every listener of the page. Nothing listens to messages.
    native.listen(socket, "open", this);
    this.#listen("listen");
    wakeUps.begins(this);
    options.signal?.addEventListener("abort", this);
    if (options.onPageHide) {
      globalThis.addEventListener?.("pagehide", this);
    }
    if (options.closeTimeout !== undefined) {
      this.closeTimeout = options.closeTimeout;
    }
    if (options.openTimeout !== undefined) {
      this.#input(Input.OpenTimeout, options.openTimeout);
    }
    if (options.signal?.aborted) {
      this.close(undefined, "");
    }
  }

  /** The report, when every close handler has run. */
  get closed(): Promise<CloseReport> {
    if (!this.#closed) {
      const { promise, resolve } = withResolver<CloseReport>();
      this.#closed = promise;
      this.#resume = resolve;
      if (this.#isOver) {
        resolve(this.report as CloseReport);
      }
    }
    return this.#closed;
  }

  /** When the browser has let go of the connection, and everybody has been told. */
  get released(): Promise<void> {
    if (!this.#released) {
      const { promise, resolve } = withResolver<void>();
      this.#released = promise;
      this.#release = resolve;
      if (this.#isOver && this.#nativeState() === CLOSED) {
        resolve();
      }
    }
    return this.#released;
  }

  /** The ready state, by what the browser's own is. If that is CLOSING, and nobody has closed, the deadline begins. */
  readyState(native: number): number {
    if (this.report) {
      return CLOSED;
    }
    if (native === CLOSING && !this.isBegun) {
      this.looked();
    }
    return native;
  }

  get closeTimeout(): number {
    return this.#closeTimeout;
  }

  set closeTimeout(milliseconds: number) {
    this.#input(Input.CloseTimeout, milliseconds);
    this.#closeTimeout = milliseconds;
  }

  close(code: number | undefined, reason: string): void {
    this.#input(Input.Close, code, code !== undefined, reason);
    this.isBegun = true;
  }

  terminate(): void {
    this.#input(Input.Terminate);
    this.isBegun = true;
  }

  /** So many bytes were sent after the close. They are dropped, but stay in bufferedAmount for ever. */
  lateSend(bytes: number): void {
    this.#input(Input.LateSend, bytes);
  }

  timerFired(): void {
    this.#input(Input.TimerFired);
  }

  looked(): void {
    this.#input(Input.Looked);
  }

  navigated(): void {
    this.#input(Input.Navigated);
  }

  handleEvent(event: Event): void {
    switch (event.type) {
      case "open":
        this.#input(Input.Opened);
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
          this.#ended(event as CloseEvent);
        }
    }
  }

  /** The browser's `error` or `close` event has come; nobody else gets it if the socket has settled before it. */
  #ended(event: CloseEvent): void {
    const isClose = event.type === "close";
    const then = isClose
      ? this.#input(Input.NativeClose, event.code, event.wasClean, event.reason)
      : this.#input(Input.NativeError);
    if (then === Then.AbsorbEvent) {
      // And it stays with us for more: Deno can have two close events.
      event.stopImmediatePropagation();
      if (isClose && this.#isOver) {
        this.#release?.();
      }
    } else if (isClose) {
      this.#listen("unlisten");
    }
  }

  #listen(how: "listen" | "unlisten"): void {
    this.#native[how](this.#socket, "error", this, true);
    this.#native[how](this.#socket, "close", this, true);
  }

  /** The browser's; if a class of somebody else's throws here, what it was before. */
  #nativeState(): number {
    try {
      this.#lastState = this.#native.readyState(this.#socket);
    } catch (error) {
      report(error);
    }
    return this.#lastState;
  }

  /** In bytes; a class of somebody else's may throw here, or say anything. */
  #bufferedAmount(): number {
    try {
      const bytes = Math.floor(this.#native.bufferedAmount(this.#socket));
      return bytes > 0 ? bytes : 0;
    } catch (error) {
      report(error);
      return 0;
    }
  }

  /**
   * Tells the machine what has happened, and does what it says: what may fail (the stack may be exhausted) before the new
   * state counts, so that then nothing has happened.
   *
   * @param reason The reason of the Close frame, to send or received.
   */
  #input(input: Input, amount?: number, flag?: boolean, reason = ""): Then {
    const core = this.#core;
    const bytes = this.#bufferedAmount();
    const native = this.#nativeState();
    const actions = core.step(this.#state, input, wakeUps.host.now(), native, bytes, amount, flag);
    const then: Then = (actions >> 2) & 3;
    const state = core.state;
    const ending = then === Then.Settle ? core.ending : undefined;
    this.#setWakeUp(actions & 3, core.deadline);
    this.#state = state;
    if (then === Then.SendClose) {
      this.#frame ??= flag ? { code: amount, reason } : { reason: "" };
      this.#sendClose();
    } else if (ending) {
      this.#settle(ending, reason, bytes, (actions & 16) !== 0);
    }
    return then;
  }

  #setWakeUp(wakeUp: WakeUp, deadline: number): void {
    switch (wakeUp) {
      case WakeUp.Timer:
        this.#yielded = undefined;
        wakeUps.arm(this, deadline);
        break;
      case WakeUp.Task: {
        const yielded = {};
        wakeUps.afterEvents(() => {
          if (this.#yielded === yielded) {
            this.#input(Input.TaskYielded);
          }
        });
        this.#yielded = yielded;
        wakeUps.disarm(this);
        break;
      }
      case WakeUp.None:
        this.#yielded = undefined;
        wakeUps.disarm(this);
    }
  }

  #sendClose(): void {
    // The platform's does not throw for what was checked. If a class of somebody else's does, the deadline stands.
    attempt(() => this.#native.close(this.#socket, this.#frame?.code, this.#frame?.reason));
  }

  #settle(
    { sentCode, ...ending }: Core["ending"],
    reason: string,
    unsentBytes: number,
    isSynthetic: boolean,
  ): void {
    const event = {
      code: ending.code,
      reason: isSynthetic ? "" : reason,
      wasClean: ending.outcome === "clean",
    };
    this.report = Object.freeze({
      ...event,
      ...ending,
      sent: sentCode ? Object.freeze({ code: sentCode, reason: this.#frame?.reason ?? "" }) : null,
      unsentBytes,
    });
    wakeUps.ends(this);
    attempt(() => this.#options.signal?.removeEventListener("abort", this));
    if (this.#options.onPageHide) {
      globalThis.removeEventListener?.("pagehide", this);
    }
    attempt(() => this.#native.unlisten(this.#socket, "open", this));
    if (isSynthetic) {
      // Deno goes on firing it.
      attempt(() => this.#native.listen(this.#socket, "message", stop, true));
      this.#ownEvent = closeEvent(event);
      attempt(() => this.#native.dispatch(this.#socket, this.#ownEvent as Event));
    }
    // Handlers first: the browser's event is still on its way through the listeners, with microtasks between them, so
    // only the next task is after it; and ours is treated alike.
    wakeUps.task(() => this.#over());
  }

  /** Every close handler has run. */
  #over(): void {
    this.#isOver = true;
    this.#resume?.(this.report as CloseReport);
    this.#realm?.remove();
    attempt(() => {
      const state = this.#nativeState();
      if (state === CLOSED) {
        this.#release?.();
        return;
      }
      if (state < CLOSING) {
        // It came to nothing before.
        this.#sendClose();
      }
      this.#native.terminate(this.#socket);
    });
  }
}

function stop(event: Event): void {
  event.stopImmediatePropagation();
}

/** A promise, with what resolves it. */
function withResolver<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: ((value: T) => void) | undefined;
  const promise = new Promise<T>((given) => {
    resolve = given;
  });
  if (!resolve) {
    // With the stack exhausted it is rejected, where everything else throws.
    promise.catch(() => {});
    throw new RangeError("The stack is exhausted.");
  }
  return { promise, resolve };
}
