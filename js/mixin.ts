// The subclass: the base class's own in everything but the end.

import { checkSendable, toCode, toReason } from "./arguments.js";
import { Closing } from "./closing.js";
import { takeShapeOf } from "./interface.js";
import { receive } from "./messages.js";
import { Native } from "./native.js";
import { checkTimeout, readOptions } from "./options.js";
import type { CloseReport, GracefulWebSocketConstructor, WebSocketClass } from "./types.js";

const CLOSED = 3;

/** Engines without explicit resource management have no such symbol; TypeScript's helpers then use this one. */
const asyncDispose: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");

/** Makes a class of WebSockets that always finish closing, out of a class that behaves as the standard's. */
export type WithGracefulClose = <More extends unknown[] = []>(
  Base: WebSocketClass<More>,
) => GracefulWebSocketConstructor<More>;

/** The mixin, for a way to have the core at hand when the first socket is constructed. */
export function createWithGracefulClose(loadCore: () => void): WithGracefulClose {
  return <More extends unknown[]>(Base: WebSocketClass<More>) => {
    // A class without listeners is the one that stands for none.
    if (Base.prototype.addEventListener && !Base.prototype.dispatchEvent) {
      throw new TypeError("Base is no EventTarget. For the class of ws there is graceful-websocket/ws.");
    }
    const native = new Native(Base.prototype);

    class GracefulWebSocket extends Base {
      readonly #closing: Closing;

      // biome-ignore lint/suspicious/noExplicitAny: what is given is passed on, for the base class to judge
      constructor(...args: any[]) {
        const options = readOptions(args[1]);
        loadCore();
        if (args.length > 1) {
          args[1] = options.protocols; // the options are ours
        }
        super(...(args as [string, string[], ...More]));
        this.#closing = new Closing(this, native, options);
      }

      override get readyState(): WebSocket["readyState"] {
        return this.#closing.report ? CLOSED : super.readyState;
      }

      override close(code?: number, reason?: string): Promise<CloseReport> {
        const closing = this.#closing;
        const sendableCode = toCode(code);
        const sendableReason = toReason(reason);
        checkSendable(sendableCode, sendableReason);
        closing.close(sendableCode, sendableReason);
        return closing.closed;
      }

      override send(data: Parameters<WebSocket["send"]>[0] | CloseEvent): void {
        const closing = this.#closing;
        // biome-ignore lint/complexity/noArguments: a rest parameter would cost every message
        if (arguments.length === 0) {
          super.send(...([] as unknown as [string])); // for the base class to refuse
        } else if (isCloseEvent(data)) {
          // 0 is the code of an event that was made without one.
          this.close(data.code === 0 ? undefined : data.code, data.reason);
        } else if (closing.isBegun) {
          const before = this.bufferedAmount;
          super.send(data);
          closing.lateSend(this.bufferedAmount - before);
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

      [Symbol.asyncIterator](): AsyncGenerator<unknown, void, undefined> {
        return receive(this, this.#closing.closed);
      }

      async [asyncDispose](): Promise<void> {
        await this.close();
      }
    }

    takeShapeOf(Base, GracefulWebSocket);
    return GracefulWebSocket as unknown as GracefulWebSocketConstructor<More>;
  };
}

function isCloseEvent(data: unknown): data is CloseEvent {
  return typeof CloseEvent === "function" && data instanceof CloseEvent;
}
