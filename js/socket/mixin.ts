// The subclass: the base class's own in everything but the end.

import { platformWebSocket } from "../browser/platform.js";
import { openRealm, type Realm } from "../browser/realm.js";
import { checkSendable, toCode, toReason } from "../closing/arguments.js";
import type { Core } from "../closing/core.js";
import type {
  CloseReport,
  GracefulWebSocketConstructor,
  WebSocketClass,
  WithGracefulClose,
} from "../types.js";
import { Lifecycle } from "./lifecycle.js";
import { receive } from "./messages.js";
import { checkTimeout, type Options, readOptions } from "./options.js";

/** Engines without explicit resource management have no such symbol; TypeScript's helpers then use this one. */
const asyncDispose: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");

/** The mixin, for a way to have the core at hand when the first socket is constructed. */
export function createWithGracefulClose(loadCore: () => Core): WithGracefulClose {
  const Platforms = platformWebSocket();
  return <More extends unknown[]>(Base: WebSocketClass<More>) => {
    // A class without listeners is the one that stands for none.
    if (Base.prototype.addEventListener && !Base.prototype.dispatchEvent) {
      throw new TypeError("Base is no EventTarget. For the class of ws there is graceful-websocket/ws.");
    }
    /** The part of a socket that is ours, and nobody else can reach; also of one that another realm has made. */
    class Parts extends Given {
      readonly #lifecycle: Lifecycle;

      constructor(socket: WebSocket, lifecycle: Lifecycle) {
        super(socket);
        this.#lifecycle = lifecycle;
      }

      static of(socket: object): Lifecycle {
        return (socket as Parts).#lifecycle;
      }
    }

    class GracefulWebSocket extends Base {
      // biome-ignore lint/suspicious/noExplicitAny: what is given is passed on, for the base class to judge
      // biome-ignore lint/correctness/noUnreachableSuper: with another realm, that realm's constructor stands for super()
      constructor(...args: any[]) {
        const core = loadCore();
        const options = readOptions(args[1]);
        if (args.length > 1) {
          args[1] = options.protocols; // the options are ours
        }
        const realm = options.disposable ? openRealm(Base, Platforms) : undefined;
        if (realm) {
          // biome-ignore lint/correctness/noConstructorReturn: it is a socket of this class, and of the other realm
          return makeIn(core, realm, args, new.target, options) as this;
        }
        super(...(args as [string, string[], ...More]));
        keep(core, this, options);
      }

      /** The base class's: ours is minified. */
      static override get name(): string {
        return Base.name;
      }

      override get readyState(): WebSocket["readyState"] {
        return Parts.of(this).readyState(super.readyState) as WebSocket["readyState"];
      }

      override close(code?: number, reason?: string): Promise<CloseReport> {
        const lifecycle = Parts.of(this);
        const sendableCode = toCode(code);
        const sendableReason = toReason(reason);
        checkSendable(sendableCode, sendableReason);
        const { closed } = lifecycle; // which may fail, with the stack exhausted
        lifecycle.close(sendableCode, sendableReason);
        return closed;
      }

      override send(data: Parameters<WebSocket["send"]>[0] | CloseEvent): void {
        const lifecycle = Parts.of(this);
        // biome-ignore lint/complexity/noArguments: a rest parameter would cost every message
        if (arguments.length === 0) {
          super.send(...([] as unknown as [string])); // for the base class to refuse
        } else if (isCloseEvent(data)) {
          // 0 is the code of an event that was made without one.
          this.close(data.code === 0 ? undefined : data.code, data.reason);
        } else if (lifecycle.isBegun) {
          const before = super.bufferedAmount;
          super.send(data);
          lifecycle.lateSend(super.bufferedAmount - before);
        } else {
          super.send(data);
          lifecycle.readyState(super.readyState);
        }
      }

      terminate(): void {
        Parts.of(this).terminate();
      }

      get closeTimeout(): number {
        return Parts.of(this).closeTimeout;
      }

      set closeTimeout(milliseconds: number) {
        checkTimeout("closeTimeout", milliseconds);
        Parts.of(this).closeTimeout = milliseconds;
      }

      get closed(): Promise<CloseReport> {
        return Parts.of(this).closed;
      }

      get closeReport(): CloseReport | null {
        return Parts.of(this).report;
      }

      get released(): Promise<void> {
        return Parts.of(this).released;
      }

      [Symbol.asyncIterator](): AsyncGenerator<unknown, void, undefined> {
        return receive(this, Parts.of(this).closed);
      }

      async [asyncDispose](): Promise<void> {
        await this.close();
      }
    }

    function keep(core: Core, socket: WebSocket, options: Options, realm?: Realm): void {
      new Parts(socket, new Lifecycle(core, socket, Base.prototype, options, realm));
    }

    /** What `super()` would do, with the constructor of another realm. */
    function makeIn(core: Core, realm: Realm, args: unknown[], Class: NewableFunction, options: Options) {
      try {
        const socket = Reflect.construct(realm.contentWindow.WebSocket, args, Class);
        keep(core, socket, options, realm);
        return socket;
      } catch (error) {
        realm.remove();
        throw error;
      }
    }

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
