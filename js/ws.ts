// The class of the package `ws` as one of the standard's kind: import { standardWebSocket } from "graceful-websocket/ws".

import { checkSendable, toReason } from "./closing/arguments.js";
import { closeEvent } from "./socket/close-event.js";
import { type EventHandler, EventHandlers } from "./socket/event-handlers.js";
import { isDictionary } from "./socket/options.js";
import type { WebSocketClass } from "./types.js";

/** What is needed of a socket of `ws`. */
export interface WsSocket {
  readonly url: string;
  readonly readyState: number;
  readonly protocol: string;
  readonly extensions: string;
  binaryType: string;
  /** The connection; not public, and may be missing. */
  readonly _socket?: { readonly destroyed: boolean } | null;
  addEventListener(type: "open", listener: () => void): void;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
  addEventListener(type: "error", listener: (event: { error: unknown; message: string }) => void): void;
  addEventListener(
    type: "close",
    listener: (event: { code: number; reason: string; wasClean: boolean }) => void,
  ): void;
  send(data: string | Uint8Array | Blob, done: (error?: Error | null) => void): void;
  close(code?: number, reason?: string): void;
  terminate(): void;
}

/** The class `WebSocket` of `ws`, 8.18 or newer. */
export type WsClass<Options> = new (
  url: string,
  protocols?: string | string[],
  options?: Options,
) => WsSocket;

/** A WebSocket of the standard's kind that can be cut off. */
export interface TerminableWebSocket extends WebSocket {
  /** Ends the connection at once, without a closing handshake. */
  terminate(): void;
}

/** What {@link standardWebSocket} makes. */
export interface StandardWebSocketClass<Options> extends WebSocketClass<[options?: Options]> {
  /**
   * @param url `ws:`, `wss:`, `http:` or `https:`, and what else `ws` takes.
   * @param protocols The subprotocols to offer, or the options with `protocols` among them.
   * @param options The client options of `ws`.
   */
  new (
    url: string | URL,
    protocols?: string | string[] | (Options & { protocols?: string | Iterable<string> }),
    options?: Options,
  ): TerminableWebSocket;
}

const [CONNECTING, OPEN, CLOSING, CLOSED] = [0, 1, 2, 3] as const;
const BINARY_TYPES = ["blob", "arraybuffer"];

/**
 * Makes a WebSocket class as the standard describes it out of the class of `ws`: an `EventTarget`, with events, exceptions
 * and conversions like a browser's. It owns a socket of `ws`, and is none.
 *
 * @example
 * import WebSocket from "ws";
 * const GracefulWebSocket = withGracefulClose(standardWebSocket(WebSocket));
 */
export function standardWebSocket<Options>(Ws: WsClass<Options>): StandardWebSocketClass<Options> {
  class WebSocket extends EventTarget {
    readonly #socket: WsSocket;
    readonly #handlers = new EventHandlers(this);
    /** Counted here, as the standard has it: `ws` adds the frames' headers, and forgets what a broken connection lost. */
    #bufferedAmount = 0;
    #isClosing = false;
    #error: { error: unknown; message: string } | undefined;

    constructor(url: string | URL, protocols?: string | Iterable<string> | object, options?: Options) {
      super();
      const given = isDictionary(protocols) ? protocols : { protocols };
      const { protocols: offered, ...more } = given as { protocols?: string };
      this.#socket = connect(Ws, `${url}`, toList(offered), options ?? (more as Options));
      this.#socket.binaryType = "blob";
      this.#socket.addEventListener("open", () => super.dispatchEvent(new Event("open")));
      this.#socket.addEventListener("message", ({ data }) => this.#received(data));
      this.#socket.addEventListener("error", ({ error, message }) => {
        this.#error ??= { error, message };
      });
      this.#socket.addEventListener("close", ({ code, reason, wasClean }) => {
        // With the close event, as in the standard: `ws` tells of it before the connection has ended.
        if (this.#error) {
          super.dispatchEvent(Object.assign(new Event("error"), this.#error));
        }
        super.dispatchEvent(closeEvent({ code, reason, wasClean }));
      });
    }

    /** What comes after the local close is dropped (WHATWG WebSockets, "when a message has been received"). */
    #received(data: unknown): void {
      if (!this.#isClosing) {
        super.dispatchEvent(new MessageEvent("message", { data, origin: new URL(this.url).origin }));
      }
    }

    get url(): string {
      return this.#socket.url;
    }

    get readyState(): number {
      return this.#socket.readyState;
    }

    get bufferedAmount(): number {
      return this.#bufferedAmount;
    }

    get protocol(): string {
      return this.#socket.protocol;
    }

    get extensions(): string {
      return this.#socket.extensions;
    }

    get binaryType(): string {
      return this.#socket.binaryType;
    }

    set binaryType(type: string) {
      if (BINARY_TYPES.includes(type)) {
        this.#socket.binaryType = type;
      }
    }

    get onopen(): EventHandler | null {
      return this.#handlers.get("open");
    }

    set onopen(handler: unknown) {
      this.#handlers.set("open", handler);
    }

    get onmessage(): EventHandler | null {
      return this.#handlers.get("message");
    }

    set onmessage(handler: unknown) {
      this.#handlers.set("message", handler);
    }

    get onerror(): EventHandler | null {
      return this.#handlers.get("error");
    }

    set onerror(handler: unknown) {
      this.#handlers.set("error", handler);
    }

    get onclose(): EventHandler | null {
      return this.#handlers.get("close");
    }

    set onclose(handler: unknown) {
      this.#handlers.set("close", handler);
    }

    send(data: unknown): void {
      if (this.readyState === CONNECTING) {
        throw new DOMException("The socket is still connecting.", "InvalidStateError");
      }
      const message = toMessage(data);
      const bytes = byteLength(message);
      this.#socket.send(message, (error) => {
        // What was under way when the connection broke gets no error.
        if (!error && !this.#socket._socket?.destroyed) {
          this.#bufferedAmount -= bytes;
        }
      });
      this.#bufferedAmount += bytes;
    }

    close(code?: number, reason = ""): void {
      checkSendable(code, toReason(reason));
      this.#isClosing = true;
      if (this.readyState >= CLOSING) {
        return;
      }
      if (code === undefined) {
        this.#socket.close();
      } else {
        this.#socket.close(code, reason);
      }
    }

    terminate(): void {
      this.#isClosing = true;
      this.#socket.terminate();
    }
  }

  Object.defineProperty(WebSocket, "name", { value: "WebSocket" }); // which is minified
  for (const owner of [WebSocket, WebSocket.prototype]) {
    for (const [name, value] of Object.entries({ CONNECTING, OPEN, CLOSING, CLOSED })) {
      Object.defineProperty(owner, name, { value, enumerable: true });
    }
  }
  return WebSocket as unknown as StandardWebSocketClass<Options>;
}

/** Connects, with the standard's exception for a bad URL or subprotocol. */
function connect<Options>(
  Ws: WsClass<Options>,
  url: string,
  protocols: string[],
  options: Options | undefined,
): WsSocket {
  try {
    return new Ws(url, protocols, options);
  } catch (error) {
    throw error instanceof SyntaxError ? new DOMException(error.message, "SyntaxError") : error;
  }
}

/** The subprotocols as `ws` takes them: to it, an object that is no array is options. */
function toList(protocols: string | Iterable<string> = []): string[] {
  return typeof protocols === "object" ? Array.from(protocols, String) : [`${protocols}`];
}

/** The data as of now: `ws` may read a buffer later. What is no binary data is text. */
function toMessage(data: unknown): string | Uint8Array | Blob {
  if (data instanceof Blob) {
    return data;
  }
  if (data instanceof ArrayBuffer) {
    return new Uint8Array(data.slice());
  }
  if (ArrayBuffer.isView(data)) {
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
  }
  return `${data}`;
}

function byteLength(message: string | Uint8Array | Blob): number {
  if (typeof message === "string") {
    return new TextEncoder().encode(message).length;
  }
  return message instanceof Blob ? message.size : message.length;
}
