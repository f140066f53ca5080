// One socket's life, from connecting to settled. It decides nothing: what happens goes to the machine, and what the
// machine calls for is done.

import { isDeno, isGecko, isWorkerd } from "../browser/engine.js";
import { type Realm, whenTakenAway } from "../browser/realm.js";
import { attempt, report } from "../browser/report-error.js";
import { type Sleeper, wakeUpsOfRealm } from "../browser/wake-ups.js";
import { type Core, Input, type State, Then, WakeUp } from "../closing/core.js";
import { DEFAULT_CLOSE_TIMEOUT } from "../closing/limits.js";
import type { CloseReport } from "../types.js";
import { closeEvent } from "./close-event.js";
import type { Options } from "./options.js";

/** A class that can cut the connection says so: the standard has no way to. */
export type WebSocketPrototype = WebSocket & { terminate?(): void };

/** No Close frame came. */
const ABNORMAL = 1006;

const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;

/** The types of a socket's events. */
const EVENTS = /^(open|message|error|close)$/;

/** Listens to a socket's end, and carries out what the machine says. */
export class Lifecycle implements Sleeper {
  report: CloseReport | null = null;
  /** Whether the page has begun the end. */
  isBegun = false;
  deadline = 0;
  /** A function, for there are doubles that do not listen with objects. */
  readonly #listener = (event: Event): void => {
    if (!this.#passes(event)) {
      event.stopImmediatePropagation?.();
    }
  };
  readonly #socket: WebSocket;
  /** The members that it had before ours: a subclass's own could not run yet, while our constructor does. */
  readonly #below: WebSocketPrototype;
  readonly #options: Options;
  readonly #realm: Realm | undefined;
  readonly #wakeUps = wakeUpsOfRealm();
  readonly #core: Core;
  #state: State;
  #closeTimeout = DEFAULT_CLOSE_TIMEOUT;
  // Made when they are asked for.
  #opened: Deferred<void> | undefined;
  #closed: Deferred<CloseReport> | undefined;
  #released: Deferred<void> | undefined;
  /** Whether those who await the report may resume. */
  #isOver = false;
  /** What the first close was called with. */
  #frame: { code?: number; reason: string } | undefined;
  /** The event that was heard last, and what became of it. */
  #heard: Event | undefined;
  #isPassed = true;
  /** The event that we fire. */
  #ownEvent: Event | undefined;
  /** The task that the machine waits for; a later one takes its place. */
  #yielded: object | undefined;

  constructor(core: Core, socket: WebSocket, below: WebSocketPrototype, options: Options, realm?: Realm) {
    this.#socket = socket;
    this.#below = below;
    this.#options = options;
    this.#realm = realm;
    this.#core = core;
    core.step(undefined, Input.New, this.#wakeUps.now(), 0, 0, 0, isGecko);
    this.#state = core.state;
    // First in line, and first of the capturing ones where an engine prefers those, so that a late event can be kept
    // from every listener of the page. Nothing listens to messages.
    below.addEventListener.call(socket, "open", this.#listener);
    this.#listen("addEventListener");
    if (Object.hasOwn(socket, "readyState")) {
      // A double's events may not be to be stopped; but they all come in here.
      socket.dispatchEvent = (event, ...more: []) =>
        (!EVENTS.test(event.type) || this.#passes(event)) && below.dispatchEvent.call(socket, event, ...more);
    }
    if (isDeno) {
      below.addEventListener.call(socket, "message", this.#listener);
    }
    if (realm) {
      whenTakenAway(realm, () => this.#lost());
    }
    this.#wakeUps.begin(this);
    options.signal?.addEventListener("abort", this.#listener);
    if (options.onPageHide) {
      globalThis.addEventListener?.("pagehide", this.#listener);
    }
    if (options.closeTimeout !== undefined) {
      this.closeTimeout = options.closeTimeout;
    }
    if (options.openTimeout !== undefined) {
      this.#input(Input.OpenTimeout, options.openTimeout);
    }
    if (options.signal?.aborted) {
      this.#closeAs();
    }
  }

  /** When it is open, and every open handler has run; rejected if it has ended before. */
  get opened(): Promise<void> {
    if (!this.#opened) {
      this.#opened = new Deferred();
      this.#opened.promise.catch(() => {}); // nobody has to look
    }
    this.#resume();
    return this.#opened.promise;
  }

  /** The report, when every close handler has run. */
  get closed(): Promise<CloseReport> {
    this.#closed ??= new Deferred();
    this.#resume();
    return this.#closed.promise;
  }

  /** When the browser has let go of the connection, and everybody has been told. */
  get released(): Promise<void> {
    this.#released ??= new Deferred();
    this.#resume();
    return this.#released.promise;
  }

  /** Resumes those who wait for what has come. */
  #resume(): void {
    const { report } = this;
    if (this.#isOver ? report?.phase !== "connecting" : this.#nativeState() === OPEN) {
      this.#opened?.resolve();
    }
    if (this.#isOver) {
      this.#opened?.reject(Object.assign(new Error("It was never open."), { report }));
      this.#closed?.resolve(this.report as CloseReport);
      if (this.#nativeState() === CLOSED) {
        this.#released?.resolve();
      }
    }
  }

  /** The ready state. If the browser's own is CLOSING, and nobody has closed, the deadline begins. */
  readyState(): number {
    if (this.report) {
      return CLOSED;
    }
    const native = this.#nativeState();
    if (native === CLOSING && !this.isBegun) {
      this.wake(Input.Looked);
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

  #closeAs(frame?: Options["onPageHide"]): void {
    this.close(frame?.code, frame?.reason ?? "");
  }

  terminate(): void {
    this.#input(Input.Terminate);
    this.isBegun = true;
  }

  /** Sends a message. What is sent after the close is dropped, but stays in bufferedAmount for ever. */
  send(args: IArguments): void {
    const before = this.isBegun ? this.#read("bufferedAmount") : 0;
    Reflect.apply(this.#below.send, this.#socket, args);
    if (this.isBegun) {
      this.#input(Input.LateSend, this.#read("bufferedAmount") - before);
    } else {
      this.readyState();
    }
  }

  wake(by: Input): void {
    this.#input(by);
  }

  /** Whether the event goes on to the page. It may come twice: on its way in, and to our listener. */
  #passes(event: Event): boolean {
    if (event !== this.#heard) {
      this.#heard = event;
      this.#isPassed = this.#hear(event);
    }
    return this.#isPassed;
  }

  #hear(event: Event): boolean {
    switch (event.type) {
      case "open":
        this.#input(Input.Opened);
        if (this.#opened) {
          this.#wakeUps.task(() => this.#resume());
        }
        break;
      case "message":
        return !this.report;
      case "abort":
        this.#closeAs();
        break;
      case "pagehide":
        this.#closeAs(this.#options.onPageHide);
        break;
      default:
        // The browser's own comes when its state is CLOSED; one that the page dispatches, in another. (Ours may come in
        // either: WebKit is CLOSED some tasks before it says so.)
        if (this.#nativeState() === CLOSED && event !== this.#ownEvent) {
          return !this.#isUntrue(event as CloseEvent);
        }
    }
    return true;
  }

  /** The browser's `error` or `close` event has come; nobody else gets it if the socket has settled before it. */
  #isUntrue(event: CloseEvent): boolean {
    const { code, reason = "", wasClean } = event;
    const isClose = event.type === "close";
    const then = this.#input(isClose ? Input.NativeClose : Input.NativeError, code, wasClean, reason);
    let isUntrue = then === Then.AbsorbEvent;
    if (isUntrue) {
      // And it stays with us for more: Deno can have two close events.
      this.#resume();
    } else if (isClose) {
      this.#listen("removeEventListener");
      // Firefox calls 1006 clean at times, and runtimes have no code where the standard has one.
      isUntrue = code !== this.report?.code || wasClean !== this.report.wasClean;
      if (isUntrue) {
        this.#fire();
      }
    }
    return isUntrue;
  }

  /** The connection goes with the realm that somebody takes away, and the browser does not say so. */
  #lost(): void {
    if (!this.report) {
      this.#input(Input.NativeClose, ABNORMAL, false);
      this.#fire();
    }
  }

  /** Fires the one `close` event in the browser's place. */
  #fire(): void {
    const { code, reason, wasClean } = this.report as CloseReport;
    const event = closeEvent({ code, reason, wasClean });
    this.#ownEvent = event;
    const { value } = Object.getOwnPropertyDescriptor(this.#socket, "onclose") ?? {};
    // Doubles whose handlers are fields call them, some where they dispatch, and some where they close.
    const isField = typeof value === "function";
    if (isField) {
      this.#socket.onclose = null;
    }
    attempt(() => this.#below.dispatchEvent.call(this.#socket, event));
    if (isField) {
      attempt(() => value.call(this.#socket, event));
    }
  }

  /** Capturing; workerd knows no such listeners, and refuses. */
  #listen(how: "addEventListener" | "removeEventListener"): void {
    this.#below[how].call(this.#socket, "error", this.#listener, !isWorkerd);
    this.#below[how].call(this.#socket, "close", this.#listener, !isWorkerd);
  }

  /** A number of the base class's own, and not negative; a class of somebody else's may throw here, or say anything. */
  #read(member: "readyState" | "bufferedAmount"): number {
    try {
      return Math.max(Reflect.get(this.#below, member, this.#socket), 0) || 0;
    } catch (error) {
      report(error);
      return 0;
    }
  }

  #nativeState(): number {
    return this.#read("readyState");
  }

  /**
   * Tells the machine what has happened, and does what it says: what may fail (the stack may be exhausted) before the new
   * state counts, so that then nothing has happened.
   *
   * @param reason The reason of the Close frame, to send or received.
   */
  #input(input: Input, amount?: number, flag?: boolean, reason = ""): Then {
    const core = this.#core;
    const bytes = this.#read("bufferedAmount");
    const native = this.#nativeState();
    const actions = core.step(this.#state, input, this.#wakeUps.now(), native, bytes, amount, flag);
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
        this.#wakeUps.arm(this, deadline);
        break;
      case WakeUp.Task: {
        const yielded = {};
        this.#wakeUps.afterEvents(() => {
          if (this.#yielded === yielded) {
            this.#input(Input.TaskYielded);
          }
        });
        this.#yielded = yielded;
        this.#wakeUps.disarm(this);
        break;
      }
      case WakeUp.None:
        this.#yielded = undefined;
        this.#wakeUps.disarm(this);
    }
  }

  /** Engines differ in `close(undefined, "reason")`, so what is not there is not passed. */
  #sendClose(): void {
    const { code, reason } = this.#frame ?? {};
    // The platform's does not throw for what was checked. If a class of somebody else's does, the deadline stands.
    attempt(() => {
      if (code === undefined) {
        this.#below.close.call(this.#socket);
      } else {
        this.#below.close.call(this.#socket, code, reason);
      }
    });
  }

  #settle(
    { sentCode, ...ending }: Core["ending"],
    reason: string,
    unsentBytes: number,
    isSynthetic: boolean,
  ): void {
    this.report = Object.freeze({
      reason: isSynthetic ? "" : reason,
      wasClean: ending.outcome === "clean",
      ...ending,
      sent: sentCode ? Object.freeze({ code: sentCode, reason: this.#frame?.reason ?? "" }) : null,
      unsentBytes,
    });
    this.#wakeUps.end(this);
    attempt(() => this.#options.signal?.removeEventListener("abort", this.#listener));
    if (this.#options.onPageHide) {
      globalThis.removeEventListener?.("pagehide", this.#listener);
    }
    attempt(() => this.#below.removeEventListener.call(this.#socket, "open", this.#listener));
    if (isSynthetic) {
      this.#fire();
    }
    // Handlers first: the browser's event is still on its way through the listeners, with microtasks between them, so
    // only the next task is after it; and ours is treated alike.
    this.#wakeUps.task(() => this.#over());
  }

  /** Every close handler has run. */
  #over(): void {
    this.#isOver = true;
    this.#realm?.remove();
    this.#resume();
    const native = this.#nativeState();
    if (native < CLOSING) {
      // The close came to nothing before.
      this.#sendClose();
    }
    if (native < CLOSED) {
      attempt(() => this.#below.terminate?.call(this.#socket));
    }
  }
}

/** A promise, with what resolves it. */
class Deferred<T> {
  resolve!: (value: T) => void;
  reject!: (error: Error) => void;
  readonly promise = new Promise<T>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });

  constructor() {
    if (!this.resolve) {
      // With the stack exhausted the promise is rejected, where everything else throws.
      throw new RangeError();
    }
  }
}
