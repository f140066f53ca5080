// The subclass: the base class's own in everything but the end.

import { checkSendable, toCode, toReason } from "./arguments.js";
import { Closing } from "./closing.js";
import { takeShapeOf } from "./interface.js";
import { receive } from "./messages.js";
import { Native } from "./native.js";
import { checkTimeout, type Options, readOptions } from "./options.js";
import { platformWebSocket } from "./platform.js";
import { openRealm, type Realm } from "./realm.js";
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
  const Platforms = platformWebSocket();
  return <More extends unknown[]>(Base: WebSocketClass<More>) => {
    // A class without listeners is the one that stands for none.
    if (Base.prototype.addEventListener && !Base.prototype.dispatchEvent) {
      throw new TypeError("Base is no EventTarget. For the class of ws there is graceful-websocket/ws.");
    }
    const native = new Native(Base.prototype);

    /** The part of a socket that is ours, and nobody else can reach; also of one that another realm has made. */
    class Parts extends Given {
      readonly #closing: Closing;

      constructor(socket: WebSocket, closing: Closing) {
        super(socket);
        this.#closing = closing;
      }

      static closing(socket: object): Closing {
        return (socket as Parts).#closing;
      }
    }

    class GracefulWebSocket extends Base {
      // biome-ignore lint/suspicious/noExplicitAny: what is given is passed on, for the base class to judge
      // biome-ignore lint/correctness/noUnreachableSuper: with another realm, that realm's constructor stands for super()
      constructor(...args: any[]) {
        loadCore();
        const options = readOptions(args[1]);
        if (args.length > 1) {
          args[1] = options.protocols; // the options are ours
        }
        const realm = options.disposable ? openRealm(Base, Platforms) : undefined;
        if (realm) {
          // biome-ignore lint/correctness/noConstructorReturn: it is a socket of this class, and of the other realm
          return makeIn(realm, args, new.target, options) as this;
        }
        super(...(args as [string, string[], ...More]));
        keep(this, options);
      }

      override get readyState(): WebSocket["readyState"] {
        return Parts.closing(this).report ? CLOSED : super.readyState;
      }

      override close(code?: number, reason?: string): Promise<CloseReport> {
        const closing = Parts.closing(this);
        const sendableCode = toCode(code);
        const sendableReason = toReason(reason);
        checkSendable(sendableCode, sendableReason);
        closing.close(sendableCode, sendableReason);
        return closing.closed;
      }

      override send(data: Parameters<WebSocket["send"]>[0] | CloseEvent): void {
        const closing = Parts.closing(this);
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
        Parts.closing(this).terminate();
      }

      get closeTimeout(): number {
        return Parts.closing(this).closeTimeout;
      }

      set closeTimeout(milliseconds: number) {
        checkTimeout("closeTimeout", milliseconds);
        Parts.closing(this).closeTimeout = milliseconds;
      }

      get closed(): Promise<CloseReport> {
        return Parts.closing(this).closed;
      }

      get closeReport(): CloseReport | null {
        return Parts.closing(this).report;
      }

      get released(): Promise<void> {
        return Parts.closing(this).released;
      }

      [Symbol.asyncIterator](): AsyncGenerator<unknown, void, undefined> {
        return receive(this, Parts.closing(this).closed);
      }

      async [asyncDispose](): Promise<void> {
        await this.close();
      }
    }

    function keep(socket: WebSocket, options: Options, realm?: Realm): void {
      new Parts(socket, new Closing(socket, native, options, realm));
    }

    /** What `super()` would do, with the constructor of another realm. */
    function makeIn(realm: Realm, args: unknown[], Class: NewableFunction, options: Options) {
      try {
        const socket = Reflect.construct(realm.contentWindow.WebSocket, args, Class);
        keep(socket, options, realm);
        return socket;
      } catch (error) {
        realm.remove();
        throw error;
      }
    }

    takeShapeOf(Base, GracefulWebSocket);
    return GracefulWebSocket as unknown as GracefulWebSocketConstructor<More>;
  };
}

/** Gives back what it is given, so that a class below it can put a private field on that. */
class Given {
  constructor(given: object) {
    // biome-ignore lint/correctness/noConstructorReturn: that is what it is for
    return given;
  }
}

function isCloseEvent(data: unknown): data is CloseEvent {
  return typeof CloseEvent === "function" && data instanceof CloseEvent;
}
