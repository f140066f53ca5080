// Hostile code around a socket: it comes to a standard exception, to the exception of that code, or to an end of the
// socket as with any other; never to a broken core. After each, a socket works in the same page.
//
// - classes above and below ours that throw, or give what is no number
// - signals, listeners and options that throw
// - prototypes of the page that are replaced
// - members called on what is no socket

import { after, before, describe } from "node:test";

import { ENGINE } from "../browsers/launch.mjs";
import { hostilePage, testHostile } from "./hostile.mjs";
import { setStage } from "./stage.mjs";

const stage = setStage();

/** Tests that share one page. */
function inOneHostilePage(name, declareTests) {
  describe(name, () => {
    let page;
    before(async () => {
      page = await hostilePage(stage);
    });
    after(() => page.close());
    declareTests((...test) => testHostile(() => page, ...test));
  });
}

inOneHostilePage("a subclass", (hostile) => {
  const DOES = ["throws", "gives a BigInt", "gives a Symbol", "gives what throws", "closes", "terminates"];

  for (const does of DOES) {
    hostile(
      // It is not asked: the base class is.
      `whose bufferedAmount does this: ${does}`,
      "timed-out",
      async ({ tag, does }) => {
        let isHostile = false;
        const once = (act) => {
          if (isHostile) {
            isHostile = false; // or it would never end
            act();
          }
          return 0;
        };
        const act = {
          throws: throwOwn,
          "gives a BigInt": () => 5n,
          "gives a Symbol": () => Symbol("s"),
          "gives what throws": () => ({ valueOf: throwOwn }),
          closes: (socket) => once(() => socket.close()),
          terminates: (socket) => once(() => socket.terminate()),
        }[does];
        class Hostile extends GracefulWebSocket {
          get bufferedAmount() {
            return act(this);
          }
        }
        const socket = new Hostile(address("/silent", tag), { closeTimeout: 50 });
        await event(socket, "open");
        isHostile = true;
        socket.close(3000, "done");
        return settled(socket);
      },
      { does },
    );
  }

  hostile("whose other members throw", ["timed-out", "timed-out"], async ({ tag }) => {
    class Hostile extends GracefulWebSocket {
      get readyState() {
        throw new Own();
      }
      addEventListener() {
        throw new Own();
      }
      removeEventListener() {
        throw new Own();
      }
      dispatchEvent() {
        throw new Own();
      }
    }
    const socket = new Hostile(address("/silent", tag), { closeTimeout: 50 });
    socket.onclose = throwOwn;
    await new Promise((resolve) => {
      socket.onopen = resolve;
    });
    socket.close();
    return [await settled(socket), socket.closeReport.outcome];
  });
});

inOneHostilePage("a base class", (hostile) => {
  const MEMBERS = {
    close: "timed-out",
    dispatchEvent: "timed-out",
    "readyState, when it has settled": "timed-out",
    bufferedAmount: "timed-out",
    terminate: "timed-out",
  };

  for (const [member, end] of Object.entries(MEMBERS)) {
    hostile(
      `that throws from ${member}`,
      end,
      async ({ tag, member }) => {
        const [name] = member.split(",");
        class Base extends WebSocket {}
        let isHostile = name !== "readyState";
        const members = {
          close: { value: throwOwn },
          dispatchEvent: { value: throwOwn },
          terminate: { value: throwOwn },
          bufferedAmount: { get: throwOwn },
          readyState: {
            get() {
              return isHostile ? throwOwn() : Reflect.get(WebSocket.prototype, "readyState", this);
            },
          },
        };
        Object.defineProperty(Base.prototype, name, members[name]);
        const socket = new (withGracefulClose(Base))(address("/silent", tag), { closeTimeout: 50 });
        await event(socket, "open");
        socket.close();
        isHostile = true;
        return settled(socket);
      },
      { member },
    );
  }

  hostile("that is none, or no such one", Array(8).fill("TypeError"), () => {
    const classes = [null, 5, "x", {}, () => {}, function none() {}, Map, values["revoked proxy"]()];
    return classes.map((Base) => outcome(() => new (withGracefulClose(Base))(address("/echo", "none"))));
  });

  hostile("whose constructor returns something else", ["TypeError", "TypeError", "TypeError"], ({ tag }) => {
    const result = (made) => outcome(() => new (withGracefulClose(made))(address("/echo", tag)));
    // A derived constructor may only return an object, and only one that is a socket can be listened to.
    const primitive = class extends WebSocket {
      constructor(...args) {
        super(...args);
        this.close();
        // biome-ignore lint/correctness/noConstructorReturn: what hostile code does
        return 5;
      }
    };
    const other = class {
      constructor() {
        // biome-ignore lint/correctness/noConstructorReturn: what hostile code does
        return {};
      }
      addEventListener = undefined;
      dispatchEvent() {}
    };
    class frozen extends WebSocket {
      constructor(...args) {
        super(...args);
        // biome-ignore lint/correctness/noConstructorReturn: what hostile code does
        return Object.freeze(this);
      }
    }
    return [result(primitive), result(other), result(frozen)];
  });
});

inOneHostilePage("a signal", (hostile) => {
  hostile("that throws when it is listened to no more, or cannot", ["clean", "clean"], async ({ tag }) => {
    const signals = [{ addEventListener() {} }, { addEventListener() {}, removeEventListener: throwOwn }];
    const sockets = await Promise.all(signals.map((signal) => open("/echo", tag, { signal })));
    for (const socket of sockets) {
      socket.close();
    }
    return Promise.all(sockets.map(settled));
  });

  hostile("that throws when it is asked: so does the constructor", ["Own", "Own", "Own"], ({ tag }) => {
    const aborted = { get: throwOwn };
    const signals = [
      { addEventListener: throwOwn },
      Object.defineProperty({ addEventListener() {} }, "aborted", aborted),
      Object.defineProperty({}, "addEventListener", aborted),
    ];
    return signals.map((signal) => outcome(() => connect("/echo", tag, { signal })));
  });

  hostile("that calls its listener at once, and again at the end", "never-opened", ({ tag }) => {
    const call = (_type, listener) => listener(new Event("abort"));
    return settled(connect("/echo", tag, { signal: { addEventListener: call, removeEventListener: call } }));
  });
});

inOneHostilePage("listeners and attributes", (hostile) => {
  hostile("that throw, each of them", ["clean", "timed-out"], async ({ tag }) => {
    const ends = ["/echo", "/silent"].map(async (path) => {
      const socket = connect(path, tag, { closeTimeout: 1_000 });
      for (const type of ["open", "message", "error", "close"]) {
        socket.addEventListener(type, throwOwn);
        socket[`on${type}`] = throwOwn;
        socket.addEventListener(type, { handleEvent: throwOwn }, true);
        socket.addEventListener(type, {
          get handleEvent() {
            throw new Own();
          },
        });
      }
      await event(socket, "open");
      socket.send("x");
      socket.close();
      return settled(socket);
    });
    return Promise.all(ends);
  });

  hostile("that do everything again from inside of close", ["timed-out", "clean"], async ({ tag }) => {
    const socket = await open("/silent", tag, { closeTimeout: 50 });
    let another;
    socket.onclose = () => {
      socket.close();
      socket.terminate();
      socket.closeTimeout = 0;
      socket.dispatchEvent(new CloseEvent("close", { code: 1000, wasClean: true }));
      another ??= connect("/echo", tag);
      another.onopen = () => another.close();
    };
    socket.close();
    const first = await settled(socket);
    return [first, await settled(another)];
  });
});

/** WebKit's driver runs its own scripts among the page's prototypes, so that they cannot be replaced there. */
const inOnePageOfPrototypes = ENGINE === "webkit" ? () => {} : inOneHostilePage;

inOnePageOfPrototypes("the prototypes of the page", (hostile) => {
  /** What is replaced, for the whole of a socket's closing. What the page itself needs meanwhile is left to it. */
  const REPLACED = {
    "Function.prototype.apply": "throws",
    "Array.prototype.push": "throws",
    "Array.prototype.map": "throws",
    "Array.prototype.forEach": "throws",
    "Map.prototype.get": "throws",
    "Object.prototype.once": "is true",
    "Object.prototype.passive": "is true",
    "Object.prototype.capture": "is true",
    "Object.prototype.a": "throws when set",
    "Object.prototype.code": "throws when set",
    "Object.prototype.module": "throws when set",
    "Function.prototype.call": "calls through",
    "Promise.prototype.then": "calls through",
  };

  for (const [member, how] of Object.entries(REPLACED)) {
    hostile(
      `with ${member} that ${how}`,
      ["timed-out", "clean"],
      async ({ tag, member, how }) => {
        const [owner, , name] = member.split(".");
        const { prototype } = globalThis[owner];
        const own = Object.getOwnPropertyDescriptor(prototype, name);
        const through = own?.value;
        const replaced = {
          throws: { value: throwOwn },
          "is true": { value: true },
          "throws when set": { set: throwOwn },
          "calls through": {
            value(...args) {
              return Reflect.apply(through, this, args);
            },
          },
        }[how];
        const ends = ["/silent", "/echo"].map((path) => open(path, tag, { closeTimeout: 1_000 }));
        const [silent, echo] = await Promise.all(ends);
        const closed = Promise.all([settled(silent), settled(echo)]);
        Object.defineProperty(prototype, name, { configurable: true, ...replaced });
        try {
          silent.close(3000, "done");
          echo.close(3000, "done");
          await new Promise((resolve) => silent.addEventListener("close", resolve));
        } finally {
          Reflect.deleteProperty(prototype, name);
          if (own) {
            Object.defineProperty(prototype, name, own);
          }
        }
        return closed;
      },
      { member, how },
    );
  }

  hostile("with one that throws in the call: nothing has changed", [], async ({ tag }) => {
    const wrong = [];
    for (const [owner, name] of [
      [RegExp.prototype, "exec"],
      [String.prototype, "replace"],
      [globalThis, "encodeURIComponent"],
    ]) {
      const socket = await open("/echo", tag);
      const { [name]: own } = owner;
      owner[name] = throwOwn;
      const thrown = outcome(() => socket.close(3000, "done"));
      owner[name] = own;
      const { readyState } = socket;
      socket.close(3000, "done");
      const end = await settled(socket);
      if (thrown !== "Own" || readyState !== WebSocket.OPEN || end !== "clean") {
        wrong.push({ name, thrown, readyState, end });
      }
    }
    return wrong;
  });

  hostile("with an iterator of lists that throws while the deadline passes", "timed-out", async ({ tag }) => {
    const socket = await open("/silent", tag, { closeTimeout: 50 });
    const closed = settled(socket);
    socket.close();
    const { [Symbol.iterator]: iterator } = Array.prototype;
    Array.prototype[Symbol.iterator] = throwOwn;
    try {
      await new Promise((resolve) => {
        socket.onclose = resolve;
      });
    } finally {
      Array.prototype[Symbol.iterator] = iterator;
    }
    return closed;
  });
});

inOneHostilePage("what is no CloseEvent", (hostile) => {
  hostile(
    "is no Close frame: send() throws, and the socket stays open",
    ["TypeError", "TypeError", 1],
    async ({ tag }) => {
      const socket = await open("/echo", tag);
      const throwsWhenRead = Object.defineProperty(new CloseEvent("close"), "code", { get: throwOwn });
      const found = [Object.create(CloseEvent.prototype), new Proxy(new CloseEvent("close"), {})];
      const thrown = found.map((data) => outcome(() => socket.send(data)));
      outcome(() => socket.send(throwsWhenRead));
      const { readyState } = socket;
      await socket.close();
      return [...thrown, readyState];
    },
  );
});

inOneHostilePage("what is no socket", (hostile) => {
  hostile("is refused by every member, with a TypeError", [], async () => {
    const { prototype } = GracefulWebSocket;
    const others = [undefined, null, 5, {}, prototype, Object.create(prototype), () => {}, new Proxy({}, {})];
    others.push(new Proxy(connect("/echo", "proxied"), {}), values["revoked proxy"]());
    const wrong = [];
    for (const key of Reflect.ownKeys(prototype)) {
      const { get, set, value } = Object.getOwnPropertyDescriptor(prototype, key);
      for (const member of [get, set, typeof value === "function" && key !== "constructor" && value]) {
        for (const other of member ? others : []) {
          // An async member says it by a promise.
          const name = outcome(() => {
            const result = Reflect.apply(member, other, [1000]);
            if (result instanceof Promise) {
              result.catch(() => {});
              throw new TypeError("rejected");
            }
          });
          if (name !== "TypeError") {
            wrong.push({ key: String(key), other: typeof other, name });
          }
        }
      }
    }
    return wrong;
  });
});

stage.leavesNothing();
