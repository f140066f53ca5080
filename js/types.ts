/// <reference lib="esnext.disposable" preserve="true" />
// What a user of the package sees: every public type, with its documentation.

/** What came of a connection, in one word. */
export type CloseOutcome =
  /** The closing handshake was completed. */
  | "clean"
  /** The connection was open, and ended without a completed closing handshake. */
  | "unclean"
  /** The open timeout or the close timeout ran out. */
  | "timed-out"
  /** `terminate()` ended it. */
  | "terminated"
  /** It was never open. */
  | "never-opened";

/** Who began the end. */
export type CloseInitiator =
  /** This side: `close()`, `terminate()`, an abort, or the open timeout. */
  | "local"
  /** The peer, with a Close frame. */
  | "remote"
  /**
   * The browser, of its own accord: Firefox closes every open socket of a page when a navigation begins, also one that
   * comes to nothing, such as a link that turns out to be a download.
   */
  | "browser"
  /** Nobody: the connection just ended, or never came about. */
  | "transport";

/** Where a connection ended: `"flushing"` is after `close()` with data still queued before the Close frame. */
export type ClosePhase = "connecting" | "open" | "flushing" | "handshake";

/** What a Close frame carries. */
export interface CloseFrame {
  /** The code; 1005 stands for a frame without a body. */
  readonly code: number;
  /** The reason; empty if none. */
  readonly reason: string;
}

/** How a connection ended: the same object for everyone who asks, and never invented. */
export interface CloseReport {
  /** The code that was *received*, as in the `close` event: 1005 if the peer's Close frame had none, 1006 if no Close frame came (RFC 6455, section 7.1.5). */
  readonly code: number;
  /** The reason that was *received*; empty if none (RFC 6455, section 7.1.6). */
  readonly reason: string;
  /** Whether the closing handshake was completed, as in the `close` event; never with code 1006. */
  readonly wasClean: boolean;
  /** What came of it, in one word. */
  readonly outcome: CloseOutcome;
  /** Who began. */
  readonly initiator: CloseInitiator;
  /**
   * The Close frame that we sent; `null` if none left: never asked for, not connected yet, or still queued behind
   * unsent data. A browser that answers the peer's Close frame does so by itself; that is not counted here. (If the
   * peer's frame had reached the browser, and the page had not been told yet when it closed, then ours did not leave
   * either. A page cannot know.)
   */
  readonly sent: CloseFrame | null;
  /** Where it ended. */
  readonly phase: ClosePhase;
  /**
   * How long the connection was being established, in milliseconds: from the making of the socket to its `open` event, or
   * to the beginning of the end.
   */
  readonly timeConnecting: number;
  /** How long it was open, in milliseconds, until the end began; 0 if it never was. */
  readonly timeOpen: number;
  /**
   * From the beginning of the end, as far as it could be seen (the local close, or the moment at which the browser was
   * found CLOSING), to the end, in milliseconds; 0 if nothing was seen before.
   */
  readonly elapsed: number;
  /** `bufferedAmount` at the end, in bytes: what was given to `send()` and did not leave. */
  readonly unsentBytes: number;
}

/** What {@link GracefulWebSocket.opened} rejects with. */
export interface NeverOpenedError extends Error {
  /** How the attempt ended. */
  readonly report: CloseReport;
}

/**
 * What the constructor takes in the place of the subprotocols. What else is in it the class that it stands on is given,
 * with the subprotocols: the `headers` of Node, Deno and Bun, for example. A browser's takes nothing else, and throws.
 */
export interface GracefulWebSocketOptions {
  /** The subprotocols to offer, as in the standard's constructor. Default: none. */
  protocols?: string | Iterable<string>;
  /** Aborting fails the connection if it is not open yet, and begins `close()` if it is. Default, and `null`: none. */
  signal?: AbortSignal | null;
  /**
   * Milliseconds after which a connection that is not open yet is given up: it is failed as `close()` would fail it, and
   * the outcome is `"timed-out"`. `Infinity` leaves it to the browser. Default: `Infinity`.
   */
  openTimeout?: number;
  /** The first value of {@link GracefulWebSocket.closeTimeout}. Default: 10 000. */
  closeTimeout?: number;
  /**
   * Cuts the connection too when the socket settles, after the close timeout or after `terminate()`: at once, in whatever
   * state it is. For that the socket is made in a hidden `iframe` of its own, which goes when the socket settles.
   * Default: `false`; the browser then ends the connection by its own rules ({@link GracefulWebSocket.released}).
   *
   * It costs a few milliseconds and some 0.4 MB per socket. Events, `ArrayBuffer`s and `Blob`s then come from the frame,
   * so they are no `instanceof` the page's classes. In Firefox, which has no way to cut a connection, it changes nothing.
   *
   * @throws {DOMException} `NotSupportedError`, from the constructor, where there is no document: in a worker, end the
   * worker instead. Also if the class was not made of the platform's own (one with a `terminate()` needs no frame).
   */
  disposable?: boolean;
  /**
   * What happens when the page goes away (`pagehide`), perhaps into the back-forward cache: `"keep"` leaves the connection
   * to the browser, which cuts it or closes it with code 1001; `"close"` closes it as `close()` does; a code and a reason
   * close it as `close(code, reason)` does. When the page comes back the close is settled truthfully. Default: `"keep"`.
   *
   * @throws {DOMException} from the constructor: as `close()`, for a code or a reason that may not be sent.
   */
  onPageHide?: "keep" | "close" | { code?: number; reason?: string };
}

/** A WebSocket that always finishes closing: the platform's own class, with a bounded, truthful `close()`. */
export interface GracefulWebSocket extends WebSocket, AsyncDisposable {
  /**
   * Closes the connection, and tells how that went. After at most {@link closeTimeout} milliseconds the socket has
   * settled: readyState is CLOSED and the one `close` event has been fired, whatever the peer does.
   *
   * The effect happens in the call; awaiting is optional. A further call joins the first. (WHATWG WebSockets, `close()`.)
   *
   * @param code 1000, or 3000 to 4999. Default: none, and then the reason is not sent either.
   * @param reason At most 123 bytes of UTF-8. Default: empty.
   * @returns {@link closed}. It never rejects.
   * @throws {DOMException} `InvalidAccessError` for another code, `SyntaxError` for a longer reason, in every state and
   * before anything changes.
   *
   * @example
   * const report = await socket.close(1000, "done");
   * if (report.outcome === "timed-out") console.warn(`${report.unsentBytes} bytes were not sent`);
   */
  close(code?: number, reason?: string): Promise<CloseReport>;

  /**
   * The state of the connection: the platform's own, and CLOSED once the socket has settled. (WHATWG WebSockets,
   * `readyState`.)
   */
  readonly readyState: WebSocket["readyState"];

  /**
   * Milliseconds from `close()` until the socket settles at the latest. Default: 10 000.
   *
   * It may be set at any time; while closing that moves the deadline, which counts from the call. 0 settles in the next
   * task, `Infinity` leaves it to the browser. In a hidden page it may be late by about a second, however long that has
   * been hidden; in a frozen one nothing runs, and the socket settles as soon as the page runs again.
   *
   * @throws {TypeError} if it is set to something that is not a number.
   * @throws {RangeError} if it is set to NaN or to a negative number.
   */
  closeTimeout: number;

  /**
   * Resolves when the socket is open and every `open` handler has run; at once if it is or has been. Made when it is asked
   * for; a rejection that nobody looks at is no unhandled one.
   *
   * @throws {NeverOpenedError} (it rejects) if the connection has ended without ever being open.
   */
  readonly opened: Promise<void>;

  /** The report, once the connection has ended and every `close` handler has run. Never rejects. */
  readonly closed: Promise<CloseReport>;

  /** The report; `null` until the connection has ended. It is there already when `close` handlers run. */
  readonly closeReport: CloseReport | null;

  /**
   * Resolves when the browser has let go of the connection, which may be long after {@link closed}: the browser waits for
   * the peer by rules of its own (up to 60 s in Chromium, 20 s in Firefox, 5 s in WebKit; in Chromium and Firefox for ever
   * while a peer that has stopped reading holds unsent data up). With {@link GracefulWebSocketOptions.disposable}, and of
   * a class that can cut connections, it is soon after. Never rejects.
   */
  readonly released: Promise<void>;

  /**
   * Sends a message; a `CloseEvent` sends a Close frame, which is the same as `close(event.code, event.reason)` (without
   * arguments if the event has no code). (WHATWG WebSockets, `send()`.)
   */
  send(data: string | ArrayBufferLike | Blob | ArrayBufferView | CloseEvent): void;

  /**
   * Gives up: the socket settles in the next task, with the outcome `"terminated"` unless the browser's own event is
   * there by then. The connection is cut with {@link GracefulWebSocketOptions.disposable}, and by a class that has a
   * `terminate()` of its own, such as that of `ws`. Else the browser ends it by its own rules: the platform has no abort.
   */
  terminate(): void;

  /**
   * The messages from now on, for `for await`; the loop ends with the connection, after every message that came before.
   * Leaving the loop early closes the socket, and waits for that. Two loops at once each get every message.
   *
   * A page cannot make its peer wait: what comes while the loop is busy is kept, up to 1,024 messages. One more ends the
   * connection; the loop still gets every message that was kept, and then throws. Messages are kept as soon as the
   * iterator is made, also before it is first asked.
   *
   * @throws {DOMException} `QuotaExceededError`, in the loop, if that happened.
   *
   * @example
   * for await (const message of socket) {
   *   if (message === "stop") break;
   * }
   */
  [Symbol.asyncIterator](): AsyncGenerator<string | ArrayBuffer | Blob, void, undefined>;

  /** `close()`, awaited: for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** The class {@link GracefulWebSocket}. */
export interface GracefulWebSocketConstructor<More extends unknown[] = []> {
  readonly prototype: GracefulWebSocket;
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSING: 2;
  readonly CLOSED: 3;

  /**
   * Begins to connect. (WHATWG WebSockets, constructor.)
   *
   * @param url `ws:`, `wss:`, `http:` or `https:`; may be relative to the page.
   * @param protocols The subprotocols to offer, or {@link GracefulWebSocketOptions}.
   * @param more What the class that it was made of takes beyond the standard's arguments.
   * @throws {DOMException} `SyntaxError` for an invalid URL or subprotocol, as the platform's.
   * @throws {TypeError | RangeError} for an invalid option, before anything is opened.
   */
  new (
    url: string | URL,
    protocols?: string | string[] | GracefulWebSocketOptions,
    ...more: More
  ): GracefulWebSocket;
}

/** A class that behaves as the standard's WebSocket: the platform's, or a runtime's, a package's, a test's. */
export type WebSocketClass<More extends unknown[] = []> = new (
  url: string | URL,
  protocols?: string | string[],
  ...more: More
) => WebSocket;

/**
 * Makes a class of WebSockets that always finish closing, out of a class that behaves as the standard's. Without one, it is
 * the one in the global object at the time when a socket is constructed.
 */
export type WithGracefulClose = <More extends unknown[] = []>(
  Base?: WebSocketClass<More>,
) => GracefulWebSocketConstructor<More>;
