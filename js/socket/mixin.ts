// The subclass: the base class's own in everything but the end.

import { MissingWebSocket, platformWebSocket, unfit } from "../browser/platform.js";
import { openRealm, type Realm } from "../browser/realm.js";
import { attempt } from "../browser/report-error.js";
import { checkSendable, toCode, toReason } from "../closing/arguments.js";
import type { Core } from "../closing/core.js";
import type {
  CloseReport,
  GracefulWebSocketConstructor,
  WebSocketClass,
  WithGracefulClose,
} from "../types.js";
import { type Class, graft, ground, STANDS_ON } from "./graft.js";
import { Lifecycle } from "./lifecycle.js";
import { receive } from "./messages.js";
import { checkTimeout, readOptions } from "./options.js";

/** Engines without explicit resource management have no such symbol; TypeScript's helpers then use this one. */
const asyncDispose: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");

const hasInstance = Function.prototype[Symbol.hasInstance];

/** The mixin, for a way to have the core at hand when the first socket is constructed. */
export function createWithGracefulClose(loadCore: () => Core): WithGracefulClose {
  return <More extends unknown[]>(Given?: WebSocketClass<More>) => {
    const Platforms = ground(platformWebSocket());
    // A class can only be made of what has a prototype. Another may be there later.
    const Base = Given === undefined ? (Platforms?.prototype ? Platforms : MissingWebSocket) : ground(Given);
    if (Base.prototype.addEventListener && !Base.prototype.dispatchEvent) {
      throw unfit("This WebSocket has no dispatchEvent()");
    }
    /** Whether what is in the global object is being constructed, which may be made of ours. */
    let isWithin = false;

    /** The part of a socket that is ours, and nobody else can reach; also of one that another realm has made. */
    class Parts extends Itself {
      readonly #lifecycle: Lifecycle;
      readonly #Class: Class;

      constructor(socket: WebSocket, lifecycle: Lifecycle, Class: Class) {
        super(socket);
        this.#lifecycle = lifecycle;
        this.#Class = Class;
      }

      static of(socket: object): Lifecycle {
        return (socket as Parts).#lifecycle;
      }

      /** An object of the class of ours that this one is of, which its prototypes need not show. */
      static likenessOf(value: unknown): object | undefined {
        const object = Object(value);
        return #Class in object ? Object.create((object as Parts).#Class.prototype) : undefined;
      }
    }

    class GracefulWebSocket extends (Base as WebSocketClass) {
      // @ts-expect-error: no super(), for the class that counts is constructed as itself
      // biome-ignore lint/correctness/noUnreachableSuper: likewise
      // biome-ignore lint/suspicious/noExplicitAny: what is given is passed on, for the base class to judge
      constructor(...args: any[]) {
        if (isWithin) {
          // biome-ignore lint/correctness/noConstructorReturn: what is wanted here is what ours has taken the place of
          return Reflect.construct(Base, args);
        }
        const core = loadCore();
        const options = readOptions(args[1]);
        if (args.length > 1) {
          args[1] = options.theirs;
        }
        const Current = Given || (new.target as unknown) === globalThis.WebSocket ? Base : currentClass();
        const realm = options.disposable ? openRealm(Current, Platforms) : undefined;
        let close = () => {};
        try {
          const socket = realm ? constructIn(realm, args) : construct(Current, args);
          close = socket.close?.bind(socket);
          const below = graft(socket, Base, GracefulWebSocket, new.target);
          new Parts(socket, new Lifecycle(core, socket, below, options, realm), new.target);
          // biome-ignore lint/correctness/noConstructorReturn: by now it is a socket of this class
          return socket as this;
        } catch (error) {
          realm?.remove();
          attempt(() => close?.()); // nobody has it
          throw error;
        }
      }

      /** What other copies of this package stand on in its place; not in that of a Proxy or a subclass. */
      static get [STANDS_ON](): unknown {
        // biome-ignore lint/complexity/noThisInStatic: it may be one
        return this === GracefulWebSocket ? Base : undefined;
      }

      static override [Symbol.hasInstance](value: unknown): boolean {
        // biome-ignore lint/complexity/noThisInStatic: it may be a subclass
        return hasInstance.call(this, value) || hasInstance.call(this, Parts.likenessOf(value));
      }

      /** The base class's: ours is minified. */
      static override get name(): string {
        return Base.name;
      }

      override get readyState(): WebSocket["readyState"] {
        return Parts.of(this).readyState() as WebSocket["readyState"];
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
        if (isCloseEvent(data)) {
          // 0 is the code of an event that was made without one.
          this.close(data.code === 0 ? undefined : data.code, data.reason);
        } else {
          // biome-ignore lint/complexity/noArguments: a rest parameter would cost every message
          lifecycle.send(arguments);
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

      get opened(): Promise<void> {
        return Parts.of(this).opened;
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

    /** The class that counts: the one in the global object now, be it a wrapper, or a test's double. */
    function currentClass(): WebSocketClass {
      return ground(platformWebSocket()) ?? MissingWebSocket;
    }

    function construct(Current: WebSocketClass, args: unknown[]): WebSocket {
      isWithin = Current !== Base;
      try {
        return new Current(...(args as [string]));
      } finally {
        isWithin = false;
      }
    }

    /** A socket of another realm, with the prototype of one of ours. */
    function constructIn(realm: Realm, args: unknown[]): WebSocket {
      return Object.setPrototypeOf(Reflect.construct(realm.contentWindow.WebSocket, args), Base.prototype);
    }

    return GracefulWebSocket as unknown as GracefulWebSocketConstructor<More>;
  };
}

/** The object that it is given, so that a class below it can put a private field on that. */
class Itself {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: that is what it is for
    return object;
  }
}

/** By what it looks like: where its class is not global (Node 22), and of other realms too. */
function isCloseEvent(data: unknown): data is CloseEvent {
  return (
    typeof data === "object" &&
    typeof (data as CloseEvent | null)?.code === "number" &&
    "stopImmediatePropagation" in (data as CloseEvent)
  );
}
