// What still tells the class from the platform's, when it is in its place. idl.test.mjs proves each.

import { engine } from "./engines.mjs";

/**
 * What tells the class in the place of the platform's from the platform's: what a probe finds with each. The
 * first two are what the class is for.
 */
export const DIFFERENCES = {
  // The report of the end, for who wants to wait for it.
  "close() returns a promise": {
    probe: async (tag) => {
      const socket = new WebSocket(address("/echo", tag));
      await event(socket, "open");
      const returned = Object.prototype.toString.call(socket.close());
      await event(socket, "close");
      return returned;
    },
    ours: "[object Promise]",
    platforms: "[object Undefined]",
  },

  // Nobody but the browser can make a trusted event. When the browser's own comes in time, it is that one.
  "a closing socket settles in time; the close event is then an untrusted one": {
    probe: async (tag) => {
      const socket = new WebSocket(address("/silent", tag));
      socket.closeTimeout = 100;
      await event(socket, "open");
      socket.close();
      const tooLate = new Promise((resolve) => setTimeout(resolve, 1_000, { isTrusted: "not in time" }));
      return (await Promise.race([event(socket, "close"), tooLate])).isTrusted;
    },
    ours: false,
    platforms: "not in time",
  },

  // The additions. They come after the platform's, and symbols are not enumerable.
  "there are more members": {
    probe: () => {
      const others = ["CONNECTING", "OPEN", "CLOSING", "CLOSED", "constructor", "Symbol(Symbol.toStringTag)"];
      return members(WebSocket.prototype)
        .filter(({ key }) => ![...standardMembers, ...others].includes(key))
        .map(({ key, enumerable }) => (enumerable ? key : [key]));
    },
    ours: [
      ...["terminate", "closeTimeout", "opened", "closed", "closeReport", "released"],
      ...[["Symbol(Symbol.asyncIterator)"], ["Symbol(Symbol.asyncDispose)"]],
    ],
    platforms: [],
  },

  // By the one `instanceof` tells what stands on another class; by the other two copies of the package do without each other.
  "so has the class, which are symbols": {
    probe: () => Object.getOwnPropertySymbols(WebSocket).map(String).sort(),
    ours: ["Symbol(Symbol.hasInstance)", "Symbol(graceful-websocket.standsOn)"],
    platforms: [],
  },

  // The platform's makes a subprotocol of it, as in `String(object)`.
  "an object that is not iterable, as the second argument, is options": {
    probe: (tag) => {
      class Protocol {
        toString() {
          return "chat";
        }
      }
      const protocol = new Protocol();
      return made(address("/echo", tag), protocol).then(({ protocol }) => protocol);
    },
    ours: "",
    platforms: "chat",
  },

  // The standard's own idea, which no browser has. The platform's sends the text "[object CloseEvent]".
  "sending a CloseEvent closes": {
    probe: async (tag) => {
      const socket = new WebSocket(address("/echo", tag));
      await event(socket, "open");
      socket.send(new CloseEvent("close", { code: 3000 }));
      const { type } = await Promise.race(["message", "close"].map((type) => event(socket, type)));
      socket.close();
      return type;
    },
    ours: "close",
    platforms: "message",
  },

  // To know the two above, the class has to look. A Proxy can tell.
  "a Proxy as an argument is looked at once more": {
    probe: async (tag) => {
      const traps = [];
      const spied = (object) => {
        const trap =
          (_, name) =>
          (...args) => {
            traps.push(`${name} ${args.slice(1, 2).map(String)}`);
            return Reflect[name](...args);
          };
        return new Proxy(object, new Proxy({}, { get: trap }));
      };
      const socket = new WebSocket(address("/echo", tag), spied(["chat"]));
      const inConstructor = traps.splice(0).slice(0, 1);
      await event(socket, "open");
      socket.send(spied({}));
      const inSend = traps.splice(0).slice(0, 1);
      socket.close();
      await event(socket, "close");
      return [...inConstructor, ...inSend];
    },
    ours: ["has Symbol(Symbol.iterator)", "get code"],
    platforms: ["get Symbol(Symbol.iterator)", "get Symbol(Symbol.toPrimitive)"],
  },

  // An engine may order these members of a class of JavaScript in its own way.
  "the class lists its name, length and prototype in the order of its kind": {
    probe: () => Reflect.ownKeys(WebSocket).slice(0, 3),
    ours: engine.ordersClassAlike ? ["length", "name", "prototype"] : ["prototype", "name", "length"],
    platforms: ["length", "name", "prototype"],
  },

  // It is a subclass. A member that is deleted leaves the platform's in sight.
  "there is one more link in the prototype chain": {
    probe: () => {
      const names = [];
      for (let object = WebSocket; object !== Function.prototype; object = Object.getPrototypeOf(object)) {
        names.push(object.name);
      }
      const isSubclass = names[1] === "WebSocket";
      return {
        names,
        isBelow: isSubclass && WebSocket.prototype instanceof Object.getPrototypeOf(WebSocket),
      };
    },
    ours: { names: ["WebSocket", "WebSocket", "EventTarget"], isBelow: true },
    platforms: { names: ["WebSocket", "EventTarget"], isBelow: false },
  },

  // So is one of an iframe, unless the class is registered there too. Replace the class before any socket is made.
  "a socket that the platform's class made is not an instance, and close, send and readyState are not for it":
    {
      probe: () => {
        const Platforms = Object.getPrototypeOf(WebSocket) === EventTarget ? WebSocket : self.NativeWebSocket;
        const socket = new Platforms("ws://[::1]:1");
        const { close, send } = WebSocket.prototype;
        return [
          socket instanceof WebSocket,
          refusal(() => close.call(socket))?.name,
          refusal(() => send.call(socket))?.name,
          refusal(() => Reflect.get(WebSocket.prototype, "readyState", socket))?.name,
        ];
      },
      ours: [false, "TypeError", "TypeError", "TypeError"],
      platforms: [true, undefined, "TypeError", undefined],
    },

  // By the standard a code is rounded ([Clamp]) and a reason may come without a code.
  "close() converts as the standard says, where an engine does not": {
    probe: async (tag) => {
      const ends = [await closeWith(tag, 2999.6, "rounded"), await closeWith(tag, undefined, "no code")];
      return ends.map(({ exception, code, reason }) => exception?.name ?? [code, reason]);
    },
    ours: [
      [3000, "rounded"],
      [1005, ""],
    ],
    platforms: [
      engine.convertsCloseArguments[0] ? [3000, "rounded"] : "InvalidAccessError",
      engine.convertsCloseArguments[1] ? [1005, ""] : "InvalidAccessError",
    ],
  },

  // The name, the class and the code are the same. The constructor's and send()'s exceptions are the platform's own.
  "an exception of close(), readyState or a call without new has another text": {
    probe: async (tag) => {
      const platforms = [
        /^(Failed to|Illegal)/, // Chromium
        /^(A parameter|An invalid|'get readyState'|WebSocket constructor)/, // Firefox
        /^(The object|The string|The WebSocket\.readyState|Constructor requires)/, // WebKit
      ];
      const socket = new WebSocket(address("/echo", tag));
      const texts = [
        () => socket.close(1),
        () => socket.close(1000, "x".repeat(124)),
        () => WebSocket.prototype.readyState,
        () => WebSocket(""),
      ].map((call) => platforms.some((beginning) => beginning.test(thrown(call).message)));
      socket.close();
      await event(socket, "close");
      return texts;
    },
    ours: [false, false, false, false],
    platforms: [true, true, true, true],
  },

  // Of JavaScript, only functions that are bound or a Proxy say "[native code]", and those have another shape.
  "the source of the class can be read": {
    probe: () => [WebSocket, WebSocket.prototype.close, WebSocket.prototype.send].map(isNativeCode),
    ours: [false, false, false],
    platforms: [true, true, true],
  },

  // How it learns of the end. (An open socket with such listeners is not garbage collected, as the standard says.)
  "a socket has listeners from the beginning, which who replaces addEventListener can see": {
    probe: async (tag) => {
      const { addEventListener } = EventTarget.prototype;
      const types = [];
      EventTarget.prototype.addEventListener = function (type, ...rest) {
        types.push(type);
        return addEventListener.call(this, type, ...rest);
      };
      const socket = new WebSocket(address("/echo", tag));
      EventTarget.prototype.addEventListener = addEventListener;
      socket.close();
      await event(socket, "close");
      return types;
    },
    ours: ["open", "error", "close"],
    platforms: [],
  },

  // The core is WebAssembly, and has to be at hand when the constructor returns.
  "a Content-Security-Policy for scripts must allow 'wasm-unsafe-eval'": {
    probe: async (tag) => {
      const frame = document.createElement("iframe");
      frame.srcdoc = `
        <meta http-equiv="Content-Security-Policy" content="script-src ${location.origin} 'unsafe-inline'">
        <script src="/dist/graceful-websocket.global.js"></script>
        <script>
          if (parent.NativeWebSocket) self.WebSocket = GracefulWebSocket;
          try {
            new WebSocket("${address("/echo", tag)}").close();
            parent.postMessage("constructed");
          } catch ({ message }) {
            parent.postMessage(/wasm-unsafe-eval/.test(message) ? "refused" : message);
          }
        </script>`;
      const answered = event(self, "message");
      document.body.append(frame);
      const { data } = await answered;
      frame.remove();
      return data;
    },
    ours: "refused",
    platforms: "constructed",
  },
};
