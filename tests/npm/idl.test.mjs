// The class in the place of `self.WebSocket`, to the letter of Web IDL: each probe is code for the browser's class. It
// runs in a page where that is the browser's class, and in one where it is replaced, and cannot tell which is which.
//
// - the class, its prototype and its instances, member by member
// - what may be called on what, and with how many arguments
// - classes made from the class
// - the differences that there are, as differences.mjs lists them
//
// The arguments of calls are in idl-arguments.test.mjs, and events in idl-events.test.mjs.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { findIn, openBoth, setBothClasses } from "./both-classes.mjs";
import { DIFFERENCES } from "./differences.mjs";
import { setStage } from "./stage.mjs";

/** The additions, in the form in which the members of the prototype are listed. */
const ADDITIONS = DIFFERENCES["there are more members"].ours.flat();
const ADDITIONS_OF_CLASS = DIFFERENCES["so has the class, which are symbols"].ours;

/** What a class looks like, but for the members that the platform's does not have. */
const withoutAdditions = ({ keys, ...look }) => ({
  ...look,
  keys: keys.filter((key) => !ADDITIONS_OF_CLASS.includes(key)),
});

const stage = setStage();
const { find, testSame } = setBothClasses(stage);

describe("the class and its prototype", () => {
  test("the class has the members of the platform's, described alike and in the same order", async () => {
    const [[found, look], expected] = await find(() => [members(WebSocket), look(WebSocket)]);
    const known = found.filter(({ key }) => !ADDITIONS_OF_CLASS.includes(key));
    assert.deepEqual([known, withoutAdditions(look)], expected);
    const additions = found.slice(known.length).map(({ key }) => key);
    assert.deepEqual(additions.sort(), ADDITIONS_OF_CLASS);
  });

  test("so does its prototype, and the additions come after them", async () => {
    const [found, expected] = await find(() => members(WebSocket.prototype));
    const [strings, symbols] = [false, true].map((isSymbol) =>
      expected.filter(({ key }) => key.startsWith("Symbol(") === isSymbol),
    );
    const isAddition = ({ key }) => ADDITIONS.includes(key);
    const known = found.filter((member) => !isAddition(member));
    assert.deepEqual(
      known.map((member) =>
        member.key === "constructor" ? { ...member, value: withoutAdditions(member.value) } : member,
      ),
      expected,
    );
    assert.deepEqual(
      found.map(({ key }) => key),
      [
        ...strings.map(({ key }) => key),
        ...ADDITIONS.filter((key) => !key.startsWith("Symbol(")),
        ...symbols.map(({ key }) => key),
        ...ADDITIONS.filter((key) => key.startsWith("Symbol(")),
      ],
    );
  });

  test("the additions are described as Web IDL would", async () => {
    const [found] = await find(() => members(WebSocket.prototype));
    const method = { writable: true, configurable: true, get: undefined, set: undefined };
    const attribute = { enumerable: true, configurable: true, value: undefined };
    const fn = (name, length = 0) => ({ name, length, keys: ["length", "name"], isNew: false });
    const getter = (name) => ({ get: fn(`get ${name}`), set: undefined });
    assert.deepEqual(
      found.filter(({ key }) => ADDITIONS.includes(key)),
      [
        { key: "terminate", ...method, enumerable: true, value: fn("terminate") },
        {
          key: "closeTimeout",
          ...attribute,
          get: fn("get closeTimeout"),
          set: fn("set closeTimeout", 1),
        },
        { key: "opened", ...attribute, ...getter("opened") },
        { key: "closed", ...attribute, ...getter("closed") },
        { key: "closeReport", ...attribute, ...getter("closeReport") },
        { key: "released", ...attribute, ...getter("released") },
        ...["asyncIterator", "asyncDispose"].map((name) => ({
          key: `Symbol(Symbol.${name})`,
          ...method,
          enumerable: false,
          value: fn(`[Symbol.${name}]`),
        })),
      ],
    );
  });

  test("a loop over an instance shows the same, and then the additions", async () => {
    const [found, expected] = await find(() => shown(WebSocket.prototype));
    const additions = ADDITIONS.filter((key) => !key.startsWith("Symbol("));
    const own = expected.filter((name) => found.indexOf(name) < found.indexOf(additions[0]));
    const inherited = expected.filter((name) => !own.includes(name));
    assert.deepEqual(found, [...own, ...additions, ...inherited]);
  });

  test("members can be deleted and replaced where the platform's can", async (t) => {
    const probe = () =>
      [WebSocket, WebSocket.prototype].map((owner) =>
        ownKeys(owner).map((key) => {
          const { get, value } = Object.getOwnPropertyDescriptor(owner, key);
          return [
            String(key),
            get ? "accessor" : Reflect.set(owner, key, value),
            Reflect.deleteProperty(owner, key),
          ];
        }),
      );
    const [found, expected] = await findIn(await openBoth(stage, t), probe);
    const isAddition = ([key]) => [...ADDITIONS, ...ADDITIONS_OF_CLASS].includes(key);
    const known = found.map((members) => members.filter((member) => !isAddition(member)));
    assert.deepEqual(known, expected);
  });
});

testSame("an instance", {
  "is what the platform's is": async (tag) => {
    const socket = new WebSocket(address("/echo", tag));
    const is = [
      socket instanceof WebSocket,
      socket instanceof EventTarget,
      Object.getPrototypeOf(socket) === WebSocket.prototype,
      socket.constructor === WebSocket,
      WebSocket.prototype.constructor === WebSocket,
      Object.prototype.toString.call(socket),
      Object.prototype.toString.call(WebSocket),
      String(socket),
      typeof WebSocket,
      Object.isExtensible(socket),
    ];
    socket.close();
    await event(socket, "close");
    return is;
  },

  "has nothing of its own, and becomes the same JSON": async (tag) => {
    const socket = new WebSocket(address("/echo", tag));
    const found = [
      Reflect.ownKeys(socket),
      Object.keys(socket),
      Object.entries({ ...socket }),
      JSON.stringify(socket),
    ];
    socket.close();
    await event(socket, "close");
    return found;
  },

  "is in the global property that the platform's is in": () => {
    const { value, ...flags } = Object.getOwnPropertyDescriptor(globalThis, "WebSocket");
    return [flags, value === WebSocket, Object.keys(globalThis).includes("WebSocket")];
  },

  "cannot be cloned or posted": async (tag) => {
    const socket = new WebSocket(address("/echo", tag));
    const { port1 } = new MessageChannel();
    const found = [
      () => structuredClone(socket),
      () => structuredClone([socket]),
      () => structuredClone(socket, { transfer: [socket] }),
      () => postMessage(socket),
      () => port1.postMessage({ socket }),
      () => history.pushState(socket, ""),
    ].map(thrown);
    socket.close();
    await event(socket, "close");
    return found;
  },

  "has attributes that are read-only, and a binaryType that takes what it knows": async (tag) => {
    const socket = new WebSocket(address("/echo", tag));
    const found = [];
    for (const name of standardMembers.filter((name) => !/^(on|close|send)/.test(name))) {
      for (const value of ["arraybuffer", "text", 5, null]) {
        found.push([name, Reflect.set(socket, name, value), socket[name], Object.hasOwn(socket, name)]);
      }
    }
    socket.close();
    await event(socket, "close");
    return found;
  },

  "can have a member of its own over the class's": async (tag) => {
    const socket = new WebSocket(address("/echo", tag));
    const calls = [];
    socket.close = (...args) => calls.push(args);
    socket.close(1, 2);
    delete socket.close;
    Object.defineProperty(socket, "readyState", { value: 7, configurable: true });
    calls.push(socket.readyState);
    delete socket.readyState;
    calls.push(socket.readyState);
    socket.close();
    await event(socket, "close");
    return calls;
  },
});

testSame("a call", {
  "of the class without new, or without a URL, is a TypeError": () =>
    [
      () => WebSocket("ws://127.0.0.1"),
      () => WebSocket.call({}, "ws://127.0.0.1"),
      () => new WebSocket(),
      () => Reflect.construct(WebSocket, []),
      () => new WebSocket.prototype.close(),
      () => new WebSocket.prototype.send(""),
    ].map(refusal),

  "without a URL has the platform's text": () => thrown(() => new WebSocket()),

  "of send without arguments is a TypeError in every state": async (tag) => {
    const socket = new WebSocket(address("/echo", tag));
    const found = [];
    const send = () => found.push([socket.readyState, thrown(() => socket.send())]);
    send();
    await event(socket, "open");
    send();
    socket.close();
    send();
    await event(socket, "close");
    send();
    return found;
  },

  "of any member on something else is a TypeError": () => {
    const others = [WebSocket.prototype, {}, new EventTarget(), Object.create(WebSocket.prototype), null, 5];
    return standardMembers.flatMap((name) => {
      const { value, get, set } = Object.getOwnPropertyDescriptor(WebSocket.prototype, name);
      return [value, get, set].map((each) =>
        others.map((other) => each && refusal(() => Reflect.apply(each, other, ["arraybuffer"]))),
      );
    });
  },
});

testSame("a class made from the class", {
  "may listen in a way of its own": async (tag) => {
    class Listed extends WebSocket {
      #types = [];
      addEventListener(type, ...rest) {
        this.#types.push(type);
        super.addEventListener(type, ...rest);
      }
      get types() {
        return this.#types;
      }
    }
    const socket = new Listed(address("/echo", tag));
    await event(socket, "open");
    socket.close();
    await event(socket, "close");
    return socket.types;
  },

  "has what it inherits, and super": async (tag) => {
    class Chat extends WebSocket {
      static OPEN = "open";
      get readyState() {
        return `state ${super.readyState}`;
      }
      send(data) {
        super.send(`> ${data}`);
      }
      close() {
        super.close(4000, "chat");
      }
    }
    const socket = new Chat(address("/echo", tag));
    await event(socket, "open");
    socket.send("hello");
    const { data } = await event(socket, "message");
    socket.close();
    const states = [socket.readyState, socket.CLOSING, Chat.CLOSING, Chat.OPEN, Chat.name, Chat.length];
    const { code, reason } = await event(socket, "close");
    return [data, states, code, reason, socket instanceof Chat, String(socket), members(socket)];
  },

  "can be one of functions and prototypes": async (tag) => {
    function Old(url) {
      return Reflect.construct(WebSocket, [url], Old);
    }
    Old.prototype = Object.create(WebSocket.prototype, { constructor: { value: Old } });
    function Older(url) {
      WebSocket.call(this, url);
    }
    const socket = new Old(address("/echo", tag));
    await event(socket, "open");
    socket.close(4000);
    const { code } = await event(socket, "close");
    return [code, socket instanceof Old, socket.constructor === Old, refusal(() => new Older("ws://[::1]"))];
  },

  "gets its prototype from new.target, whatever that is": async (tag) => {
    class Other extends EventTarget {}
    const socket = Reflect.construct(WebSocket, [address("/echo", tag)], Other);
    const get = (name) => Reflect.get(WebSocket.prototype, name, socket);
    const found = [socket instanceof Other, socket instanceof WebSocket, get("readyState")];
    await event(socket, "open");
    WebSocket.prototype.close.call(socket, 3000);
    found.push(get("readyState"));
    await event(socket, "close");
    return [...found, get("readyState")];
  },

  "may be a Proxy; a socket in a Proxy has the members of neither": async (tag) => {
    const Spied = new Proxy(WebSocket, {});
    const socket = new Spied(address("/echo", tag));
    const proxy = new Proxy(socket, {});
    const found = [socket instanceof Spied, Spied.OPEN, socket.readyState];
    await event(socket, "open");
    const refusals = [() => proxy.readyState, () => proxy.close(), () => proxy.send(""), () => proxy.url];
    found.push(...refusals.map((call) => refusal(call)));
    socket.close();
    await event(socket, "close");
    return found;
  },

  "may be the class with members replaced": async (tag) => {
    const { close, send } = WebSocket.prototype;
    const { get } = Object.getOwnPropertyDescriptor(WebSocket.prototype, "readyState");
    const calls = [];
    WebSocket.prototype.send = function (...args) {
      calls.push(["send", ...args, get.call(this)]);
      return send.apply(this, args);
    };
    WebSocket.prototype.close = function (...args) {
      calls.push(["close", ...args]);
      close.apply(this, args);
    };
    const socket = new WebSocket(address("/echo", tag));
    await event(socket, "open");
    socket.send("one");
    await event(socket, "message");
    socket.close(3000, "two");
    const { code, reason } = await event(socket, "close");
    Object.assign(WebSocket.prototype, { close, send });
    return [calls, code, reason];
  },
});

describe("the differences from the platform's: in the place of the platform's,", () => {
  for (const [name, { probe, ours, platforms }] of Object.entries(DIFFERENCES)) {
    test(name, async () => {
      assert.deepEqual(await find(probe), [ours, platforms]);
    });
  }
});

stage.leavesNothing();
