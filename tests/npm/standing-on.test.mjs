// What a socket stands on: whatever is in the global object when it is constructed, be it a page's wrapper, a test's
// double or another copy of the package. It is bounded and whole there, or refused with what is missing.

import assert from "node:assert/strict";
import { test } from "node:test";

import { closesReceived } from "./server.mjs";
import { newTag, setStage } from "./stage.mjs";

const FRAME = { code: 3000, reason: "done" };
const CLOSE_TIMEOUT_MS = 200;

const stage = setStage();

/** Ways in which pages replace their WebSocket, each by a function that runs in the page. */
const WRAPPERS = {
  "a function that returns the platform's sockets": () => {
    const Platforms = WebSocket;
    globalThis.WebSocket = function WebSocket(url, protocols) {
      return protocols === undefined ? new Platforms(url) : new Platforms(url, protocols);
    };
    Object.assign(WebSocket, { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 });
  },
  "a function with the platform's prototype": () => {
    const Platforms = WebSocket;
    globalThis.WebSocket = function WebSocket(...args) {
      return new Platforms(...args);
    };
    Object.setPrototypeOf(WebSocket, Platforms);
    WebSocket.prototype = Platforms.prototype;
  },
  "a Proxy that heeds no new.target": () => {
    globalThis.WebSocket = new Proxy(WebSocket, { construct: (Target, args) => new Target(...args) });
  },
  "a Proxy that passes new.target on": () => {
    globalThis.WebSocket = new Proxy(WebSocket, {
      construct: (Target, args, newTarget) => Reflect.construct(Target, args, newTarget),
    });
  },
  "a subclass": () => {
    globalThis.WebSocket = class extends WebSocket {
      isRecorded = true;
    };
  },
  "an arrow function, of which no socket can be made, and then the platform's again": () => {
    const Platforms = WebSocket;
    globalThis.WebSocket = () => {};
    globalThis.next = () => {
      globalThis.WebSocket = Platforms;
    };
  },
};

for (const [name, wrap] of Object.entries(WRAPPERS)) {
  for (const when of ["before", "after"]) {
    test(`${name}, there ${when} the import: bounded, and whole`, async (t) => {
      const page = await stage.emptyPage(t);
      const tag = newTag();
      const found = await page.run(
        async ([wrap, when, tag, closeTimeout, { code, reason }]) => {
          // biome-ignore lint/security/noGlobalEval: a function of the test's, for the page
          const doWrap = () => globalThis.eval(`(${wrap})`)();
          if (when === "before") {
            doWrap();
          }
          const { GracefulWebSocket } = await import("/dist/index.js");
          await import("/in-page.mjs");
          if (when === "after") {
            doWrap();
          }
          globalThis.next?.();
          class Mine extends GracefulWebSocket {
            get isMine() {
              return super.readyState === this.readyState;
            }
          }
          const ends = [];
          for (const [Class, path] of [
            [GracefulWebSocket, "/echo"],
            [Mine, "/silent"],
          ]) {
            const socket = new Class(address(path, tag), { closeTimeout });
            const seen = watch(socket);
            await event(socket, "open");
            let data;
            if (path === "/echo") {
              socket.send("hello");
              ({ data } = await event(socket, "message"));
            }
            const { outcome } = await socket.close(code, reason);
            await laterTask();
            ends.push({
              is: [socket instanceof GracefulWebSocket, socket instanceof Mine, socket.isMine],
              events: seen.byListener.map(({ type }) => type),
              attributes: seen.byAttribute.map(({ type }) => type),
              ...{ data, outcome, state: socket.readyState },
            });
          }
          return ends;
        },
        [String(wrap), when, tag, CLOSE_TIMEOUT_MS, FRAME],
      );
      const [echoed, timedOut] = [
        ["open", "message", "close"],
        ["open", "close"],
      ];
      assert.deepEqual(found, [
        {
          is: [true, false, undefined],
          ...{ events: echoed, attributes: echoed, data: "hello", outcome: "clean", state: 3 },
        },
        {
          is: [true, true, true],
          ...{ events: timedOut, attributes: timedOut, data: undefined, outcome: "timed-out", state: 3 },
        },
      ]);
      assert.deepEqual(await page.uncaught(), []);
      for (const connection of await stage.server.connections(tag, "closing")) {
        assert.deepEqual(closesReceived(connection), [FRAME]);
      }
    });
  }
}

/** Doubles as they are written by hand. Each has `open()` and `end()`, and a peer that never answers. */
const DOUBLES = {
  "that assigns its state": () =>
    class extends EventTarget {
      constructor(url) {
        super();
        this.url = url;
        this.readyState = 0;
        this.sent = [];
      }

      send(data) {
        this.sent.push(data);
      }

      close() {
        this.readyState = 2;
      }

      open() {
        this.readyState = 1;
        this.dispatchEvent(new Event("open"));
      }
    },
  "with class fields, methods among them": () =>
    class extends EventTarget {
      readyState = 0;
      sent = [];
      onclose = null;
      send = (data) => this.sent.push(data);
      close = () => {
        this.readyState = 2;
      };

      open() {
        this.readyState = 1;
        this.dispatchEvent(new Event("open"));
      }
    },
  "whose state has a setter": () =>
    class extends EventTarget {
      #state = 0;
      sent = [];

      get readyState() {
        return this.#state;
      }

      set readyState(state) {
        this.#state = state;
      }

      send(data) {
        this.sent.push(data);
      }

      close() {
        this.readyState = 2;
      }

      open() {
        this.readyState = 1;
        this.dispatchEvent(new Event("open"));
      }
    },
  "that sets its state by a Proxy of itself": () =>
    class extends EventTarget {
      sent = [];
      #self = new Proxy(this, {});

      constructor() {
        super();
        this.readyState = 0;
      }

      send(data) {
        this.sent.push(data);
      }

      close() {
        this.#self.readyState = 2;
      }

      open() {
        this.#self.readyState = 1;
        this.dispatchEvent(new Event("open"));
      }
    },
};

stage.inOnePage("a double", (page) => {
  for (const [name, makeClass] of Object.entries(DOUBLES)) {
    for (const how of ["in the global object", "given to withGracefulClose()"]) {
      test(`${name}, ${how}: its states are seen, and a close() without an answer is bounded`, async () => {
        const found = await page().run(
          async ([makeClass, how, closeTimeout, { code, reason }]) => {
            // biome-ignore lint/security/noGlobalEval: a function of the test's, for the page
            const Double = globalThis.eval(`(${makeClass})`)();
            const Platforms = WebSocket;
            const isGlobal = how === "in the global object";
            if (isGlobal) {
              globalThis.WebSocket = Double;
            }
            const Class = isGlobal ? GracefulWebSocket : withGracefulClose(Double);
            const socket = new Class("wss://double.test", { closeTimeout });
            globalThis.WebSocket = Platforms;
            const states = [socket.readyState];
            let closes = 0;
            socket.addEventListener("close", () => {
              closes += 1;
            });
            socket.onclose = () => {
              closes += 10;
            };
            socket.open();
            states.push(socket.readyState);
            socket.send("hello");
            const closed = socket.close(code, reason);
            states.push(socket.readyState);
            const { outcome } = await closed;
            states.push(socket.readyState);
            const isBoth = [socket instanceof Class, socket instanceof Double];
            return { states, closes, outcome, sent: socket.sent, isBoth };
          },
          [String(makeClass), how, CLOSE_TIMEOUT_MS, FRAME],
        );
        // By a listener, and by a handler, which is a field of the double's.
        const { closes, ...rest } = found;
        assert.deepEqual(rest, {
          states: [0, 1, 2, 3],
          outcome: "timed-out",
          sent: ["hello"],
          isBoth: [true, true],
        });
        assert.equal(closes, 11);
      });
    }
  }

  test("that lacks a member, or is frozen, is refused, with what is missing and what to do", async () => {
    const found = await page().run(() => {
      const member = () => {};
      const whole = { ...{ addEventListener: member, removeEventListener: member, dispatchEvent: member } };
      const all = { ...whole, send: member, close: member, readyState: 0 };
      const made = Object.keys(all)
        .filter((name) => name !== "readyState")
        .map((name) => ({ ...all, [name]: undefined }));
      return [...made, Object.freeze(all)].map((double) => {
        function Double() {
          return double;
        }
        return thrown(() => new (withGracefulClose(Double))("wss://double.test"));
      });
    });
    const named = ["addEventListener", "removeEventListener", "dispatchEvent", "send", "close"];
    for (const [index, { name, message }] of found.entries()) {
      assert.equal(name, "TypeError");
      assert.match(message, index < named.length ? new RegExp(`has no ${named[index]}\\(\\)`) : /is frozen/);
      assert.match(message, /withGracefulClose\(\).*graceful-websocket\/ws/);
    }
    assert.equal(found.length, named.length + 1);
  });
});

for (const order of ["/register, then another copy", "another copy, then /register"]) {
  test(`two copies of the package, ${order}: the values of the one that is used hold`, async (t) => {
    const page = await stage.page(t);
    const tag = newTag();
    const found = await page.run(
      async ([order, tag, closeTimeout]) => {
        const isRegisteredFirst = order.startsWith("/register");
        const importCopy = () => import("/dist/index.js?another");
        const copy = isRegisteredFirst ? undefined : await importCopy();
        const Platforms = WebSocket;
        await import("/dist/register.js");
        const Other = (copy ?? (await importCopy())).GracefulWebSocket;
        const isOther = Other !== WebSocket;
        const socket = new Other(address("/silent", tag), { closeTimeout });
        await event(socket, "open");
        const { outcome } = await socket.close();
        return {
          isOther,
          outcome,
          isPlatforms: socket instanceof Platforms,
          isOnes: socket instanceof WebSocket,
        };
      },
      [order, tag, CLOSE_TIMEOUT_MS],
    );
    assert.deepEqual(found, { isOther: true, outcome: "timed-out", isPlatforms: true, isOnes: false });
  });
}

test("/register twice, of two copies: once registered is registered", async (t) => {
  const page = await stage.page(t);
  const found = await page.run(async () => {
    const Platforms = WebSocket;
    const first = await import("/dist/register.js");
    const Registered = WebSocket;
    // Another copy is another module, with modules of its own.
    const source = await (await fetch("/dist/register.js")).text();
    const again = source.replace(/"\.\/index\.js"/g, `"${location.origin}/dist/index.js?another"`);
    const second = await import(URL.createObjectURL(new Blob([again], { type: "text/javascript" })));
    const isOne = WebSocket === Registered;
    second.unregister();
    const isStill = WebSocket === Registered;
    first.unregister();
    return { isAnother: again !== source, isOne, isStill, isBack: WebSocket === Platforms };
  });
  assert.deepEqual(found, { isAnother: true, isOne: true, isStill: true, isBack: true });
});

test("a wrapper of the registered class is not constructed for ever, and what is under it is bounded", async (t) => {
  const page = await stage.page(t);
  const tag = newTag();
  const found = await page.run(
    async ([tag, closeTimeout]) => {
      const Platforms = WebSocket;
      const { GracefulWebSocket } = await import("/dist/index.js");
      await import("/dist/register.js");
      let wrapped = 0;
      const Registered = WebSocket;
      globalThis.WebSocket = function WebSocket(...args) {
        wrapped += 1;
        return new Registered(...args);
      };
      const outcomes = [];
      const isPlatforms = [];
      for (const Class of [GracefulWebSocket, WebSocket]) {
        const socket = new Class(address("/silent", tag), { closeTimeout });
        isPlatforms.push(socket instanceof Platforms);
        await event(socket, "open");
        outcomes.push((await socket.close()).outcome);
      }
      return { wrapped, outcomes, isPlatforms };
    },
    [tag, CLOSE_TIMEOUT_MS],
  );
  assert.deepEqual(found.outcomes, ["timed-out", "timed-out"]);
  assert.deepEqual(found.isPlatforms, [true, true]);
  assert.ok(found.wrapped >= 1);
});

test("what is replaced on the platform's prototype after the import is used, also by the registered class", async (t) => {
  const page = await stage.page(t);
  const tag = newTag();
  const found = await page.run(async (tag) => {
    const { prototype } = WebSocket;
    await import("/dist/register.js");
    const calls = [];
    const { send, close } = prototype;
    const { get, set } = Object.getOwnPropertyDescriptor(prototype, "onmessage");
    prototype.send = function (data) {
      calls.push("send");
      send.call(this, data);
    };
    prototype.close = function (...args) {
      calls.push("close");
      close.apply(this, args);
    };
    Object.defineProperty(prototype, "onmessage", {
      get,
      set(handler) {
        calls.push("onmessage");
        set.call(this, handler);
      },
    });
    const socket = new WebSocket(address("/echo", tag));
    const received = new Promise((resolve) => {
      socket.onmessage = resolve;
    });
    await event(socket, "open");
    socket.send("hello");
    await received;
    await socket.close();
    return calls;
  }, tag);
  assert.deepEqual(found, ["onmessage", "send", "close"]);
});

stage.leavesNothing();
