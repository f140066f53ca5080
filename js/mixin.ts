// The subclass: the base class's own in everything but the end.

import { checkSendable, toCode, toReason } from "./arguments.js";
import { Closing } from "./closing.js";
import { Native } from "./native.js";
import { checkTimeout, readOptions } from "./options.js";
import type { CloseReport, GracefulWebSocketConstructor, WebSocketClass } from "./types.js";
import { loadCore } from "./wasm.js";

const CLOSED = 3;

/** Engines without explicit resource management have no such symbol; TypeScript's helpers then use this one. */
const asyncDispose: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");

/**
 * Makes a class of WebSockets that always finish closing out of any class that behaves as the standard's: a runtime's
 * own, a package's, a test's.
 *
 * @example
 * const GracefulWebSocket = withGracefulClose(WebSocket);
 */
export function withGracefulClose(Base: WebSocketClass): GracefulWebSocketConstructor {
  const native = new Native(Base.prototype);

  class GracefulWebSocket extends Base {
    readonly #closing: Closing;

    constructor(url: string | URL, protocols?: unknown) {
      const options = readOptions(protocols);
      loadCore();
      super(url, ...(options.protocols === undefined ? [] : [options.protocols as string[]]));
      this.#closing = new Closing(this, native, options);
    }

    override get readyState(): WebSocket["readyState"] {
      return this.#closing.report ? CLOSED : super.readyState;
    }

    override close(code?: number, reason?: string): Promise<CloseReport> {
      const sendableCode = toCode(code);
      const sendableReason = toReason(reason);
      checkSendable(sendableCode, sendableReason);
      this.#closing.close(sendableCode, sendableReason);
      return this.closed;
    }

    override send(data: Parameters<WebSocket["send"]>[0] | CloseEvent): void {
      if (isCloseEvent(data)) {
        // 0 is the code of an event that was made without one.
        this.close(data.code === 0 ? undefined : data.code, data.reason);
      } else if (this.#closing.isBegun) {
        const before = this.bufferedAmount;
        super.send(data);
        this.#closing.lateSend(this.bufferedAmount - before);
      } else {
        super.send(data);
      }
    }

    terminate(): void {
      this.#closing.terminate();
    }

    get closeTimeout(): number {
      return this.#closing.closeTimeout;
    }

    set closeTimeout(milliseconds: number) {
      checkTimeout("closeTimeout", milliseconds);
      this.#closing.closeTimeout = milliseconds;
    }

    get closed(): Promise<CloseReport> {
      return this.#closing.closed;
    }

    get closeReport(): CloseReport | null {
      return this.#closing.report;
    }

    async [asyncDispose](): Promise<void> {
      await this.close();
    }
  }

  return GracefulWebSocket as unknown as GracefulWebSocketConstructor;
}

function isCloseEvent(data: unknown): data is CloseEvent {
  return typeof CloseEvent === "function" && data instanceof CloseEvent;
}
