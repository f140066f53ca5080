// What the class, in the place of the platform's, makes of its arguments: as Web IDL converts them, in its order, and
// with its exceptions. Each probe runs with both classes.
//
// - the constructor's URL and subprotocols
// - the code and the reason of close()
// - the data of send()

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { setBothClasses } from "./both-classes.mjs";
import { engine } from "./engines.mjs";
import { closesReceived } from "./server.mjs";
import { newTag, setStage } from "./stage.mjs";

const stage = setStage();
const { find, testSame } = setBothClasses(stage);

testSame("the constructor's URL", {
  "may be a string, a URL or what converts to a string; relative; of http too": async (tag) => {
    const { href, host, pathname, search } = address("/echo", tag);
    const found = [];
    for (const url of [
      href,
      address("/echo", tag),
      { toString: () => href },
      [href],
      ` ${href}\n`,
      href.replace("ws", "WS"),
      href.replace("ws", "http"),
      `//${host}${pathname}${search}`,
      `${pathname}${search}`,
      `.${pathname}${search}`,
      `${href}&surrogate=\uD800`,
    ]) {
      found.push(await made(url));
    }
    return found;
  },

  "is refused with the platform's exception and text": async () => {
    const found = [];
    for (const url of [
      "ftp://127.0.0.1",
      "http://[",
      "ws://127.0.0.1/#part",
      "ws://127.0.0.1/#",
      "wss://",
      Symbol("s"),
    ]) {
      found.push(await made(url));
    }
    return found;
  },

  "is converted, whatever it is": async () => {
    const found = [];
    for (const url of ["", null, undefined, 5, true, {}, 7n]) {
      found.push(await made(url));
    }
    return found;
  },
});

testSame("the constructor's subprotocols", {
  "may be a string, or anything that iterates, of anything that converts to strings": async (tag) => {
    const url = address("/echo", tag);
    const found = [];
    for (const protocols of [
      ...["chat", ["chat", "superchat"], [], undefined, null, 5, true, [5, null, undefined]],
      ...[new Set(["chat", "superchat"]), new String("chat"), [{ toString: () => "chat" }], ["chat", "CHAT"]],
      new Map([["chat", 1]]),
      (function* () {
        yield "chat";
      })(),
      Object.assign(() => {}, { toString: () => "chat" }),
    ]) {
      found.push(await made(url, protocols));
    }
    return [...found, await made(url, "chat", "a third argument")];
  },

  "are refused with the platform's exception and text": async (tag) => {
    const url = address("/echo", tag);
    const found = [];
    for (const protocols of [
      ...[
        "",
        " ",
        "not valid",
        "a,b",
        "é",
        "\uD800",
        ["chat", "chat"],
        ["chat", ""],
        [["a", "b"]],
        [Symbol("s")],
      ],
      ...[Symbol("s"), () => {}, { [Symbol.iterator]: 5 }, { [Symbol.iterator]: null }, new String("aa")],
    ]) {
      found.push(await made(url, protocols));
    }
    return found;
  },
});

describe("an exception of an argument's own code", () => {
  test("passes through the constructor, after what is converted before it; nothing is opened", async () => {
    const tags = { ours: newTag(), platforms: newTag() };
    const probe = async ({ tags }) => {
      const isOurs = "terminate" in WebSocket.prototype;
      const url = address("/echo", isOurs ? tags.ours : tags.platforms);
      const calls = [];
      const exception = new Error("own");
      const call = (name, result) => {
        calls.push(name);
        if (result === exception) {
          throw exception;
        }
        return result;
      };
      const convert = (name, result) => ({ toString: () => call(name, result) });
      const list = (name, ...results) => ({
        get [Symbol.iterator]() {
          call(`${name}: iterator`, 0);
          return function* () {
            for (const [index, result] of results.entries()) {
              yield convert(`${name}: ${index}`, result);
            }
          };
        },
      });
      const unlistable = {
        get [Symbol.iterator]() {
          return call("list", exception);
        },
      };
      const found = [
        [convert("url", exception), list("list", "a", "b")],
        [convert("url", url.href), list("list", "a", exception, "c")],
        [convert("url", url.href), unlistable],
        [convert("url", "ftp://127.0.0.1"), list("list", "a", exception)],
        [convert("url", "ftp://127.0.0.1"), list("list", "not valid")],
      ].map((args) => {
        try {
          new WebSocket(...args);
          return "constructed";
        } catch (error) {
          return [...calls.splice(0), error === exception ? "own" : error.name];
        }
      });
      // Whatever was opened before this one has reached the server before it has ended.
      return [found, (await made(url)).type];
    };
    const [ours, platforms] = await find(probe, { tags });
    assert.deepEqual(ours, platforms);
    const first = engine.looksAtProtocolsFirst ? ["list: iterator"] : [];
    assert.deepEqual(ours[0][1], [...first, "url", "list: iterator", "list: 0", "list: 1", "own"]);
    await stage.server.connection(tags.ours, "ended");
    await stage.server.connection(tags.platforms, "ended");
  });
});

/** What the page makes for close(), by name. Each is refused, or sent. */
const CLOSE_ARGUMENTS = {
  "no code": () => [],
  "a code": () => [1000],
  "a code and a reason": () => [4999, "reason"],
  "a string as the code": () => ["3000"],
  "a list as the code": () => [[3000]],
  "an object as the code": () => [{ valueOf: () => 3000, toString: () => "4000" }],
  "a code that is rounded down": () => [3000.4, ""],
  "a code in hexadecimal": () => ["0xbb8"],
  "a reason that is undefined": () => [3000, undefined],
  "a reason that is null": () => [3000, null],
  "a number as the reason": () => [3000, 7],
  "an object as the reason": () => [3000, { valueOf: () => "value", toString: () => "string" }],
  "a lone surrogate in the reason": () => [3000, "a\uD800b\uDC00"],
  "a pair of surrogates in the reason": () => [3000, "\u{1F600}"],
  "123 bytes of reason": () => [3000, "€".repeat(41)],
  "a third argument": () => [3000, "reason", "third"],
  "124 bytes of reason": () => [3000, `${"€".repeat(41)}x`],
  "lone surrogates that become too many bytes": () => [3000, "\uD800".repeat(42)],
  "a reserved code": () => [1001],
  "a code too low": () => [2999],
  "a code too high": () => [5000],
  "null as the code": () => [null],
  "true as the code": () => [true],
  "NaN as the code": () => [Number.NaN],
  "Infinity as the code": () => [Number.POSITIVE_INFINITY],
  "a negative code": () => [-3000],
  "a code that 16 bits would wrap": () => [65_536 + 3_000],
  "a word as the code": () => ["code"],
  "an object that is no number as the code": () => [{}],
  "a symbol as the code": () => [Symbol("code")],
  "a BigInt as the code": () => [3000n],
  "a symbol as the reason": () => [3000, Symbol("reason")],
  "an invalid code and a symbol as the reason": () => [1, Symbol("reason")],
  "an invalid code and a reason too long": () => [1, "x".repeat(124)],
};

describe("close() with", () => {
  for (const [name, make] of Object.entries(CLOSE_ARGUMENTS)) {
    test(`${name} sends the same, or is refused alike and changes nothing`, async () => {
      const tags = { ours: newTag(), platforms: newTag() };
      const probe = ({ tags, make }) => {
        const isOurs = "terminate" in WebSocket.prototype;
        // biome-ignore lint/security/noGlobalEval: a function of the test's, for the page
        const args = globalThis.eval(make)();
        return closeWith(isOurs ? tags.ours : tags.platforms, ...args);
      };
      const [ours, platforms] = await find(probe, { tags, make: `(${make})` });
      assert.deepEqual(ours, platforms);
      const [sent, expected] = await Promise.all(
        [tags.ours, tags.platforms].map(async (tag) =>
          closesReceived(await stage.server.connection(tag, "ended")),
        ),
      );
      assert.deepEqual(sent, expected);
    });
  }
});

testSame("close()", {
  "converts the code, then the reason, and then looks at them; their exceptions pass through": async (
    tag,
  ) => {
    const socket = new WebSocket(address("/echo", tag));
    await event(socket, "open");
    const calls = [];
    const exception = new Error("own");
    const argument = (name, value) => ({
      [Symbol.toPrimitive](hint) {
        calls.push(`${name} ${hint} ${socket.readyState}`);
        if (value === exception) {
          throw exception;
        }
        return value;
      },
    });
    const found = [
      [argument("code", 1), argument("reason", "x".repeat(124))],
      [argument("code", 1), argument("reason", exception)],
      [argument("code", exception), argument("reason", "")],
      [argument("code", 3000), argument("reason", "x".repeat(124))],
      [argument("code", 3000), argument("reason", "sent")],
      [argument("code", 4000), argument("reason", "twice")],
    ].map((args) => {
      try {
        socket.close(...args);
        return [...calls.splice(0), socket.readyState];
      } catch (error) {
        return [...calls.splice(0), socket.readyState, error === exception ? "own" : error.name];
      }
    });
    const { code, reason } = await event(socket, "close");
    return [...found, code, reason];
  },

  "refuses the same in every state": async (tag) => {
    const socket = new WebSocket(address("/echo", tag));
    const found = [];
    const tryAll = () => {
      for (const args of [[1], [3000, "x".repeat(124)], [Symbol("code")], [3000, Symbol("reason")]]) {
        found.push([socket.readyState, refusal(() => socket.close(...args))]);
      }
    };
    tryAll();
    await event(socket, "open");
    tryAll();
    socket.close();
    tryAll();
    await event(socket, "close");
    tryAll();
    return found;
  },

  "may be called by what an argument converts to": async (tag) => {
    const socket = new WebSocket(address("/echo", tag));
    await event(socket, "open");
    const close = () => {
      socket.close(3001, "inner");
      return "outer";
    };
    socket.close(3000, { toString: close });
    const { code, reason } = await event(socket, "close");
    return [code, reason];
  },
});

testSame("send()", {
  "converts its data as the platform's, and passes exceptions through": async (tag) => {
    const socket = new WebSocket(address("/echo", tag));
    socket.binaryType = "arraybuffer";
    const early = thrown(() => socket.send("too early"));
    await event(socket, "open");
    const found = [early];
    const detached = new ArrayBuffer(8);
    structuredClone(detached, { transfer: [detached] });
    for (const data of [
      ...[
        "text",
        "",
        "a\uD800",
        5,
        null,
        undefined,
        true,
        7n,
        {},
        ["a", "b"],
        { toString: () => "converted" },
      ],
      ...[new Uint8Array([1, 2]), new DataView(new ArrayBuffer(2)), new ArrayBuffer(0), new Blob(["blob"])],
      ...[new String("string"), new Date(0), new URL("ws://127.0.0.1"), () => {}, detached],
    ]) {
      const exception = thrown(() => socket.send(data));
      const received = exception ?? (await event(socket, "message")).data;
      found.push(typeof received === "object" && !exception ? [...new Uint8Array(received)] : received);
    }
    const own = {
      toString() {
        throw new RangeError("own");
      },
    };
    found.push(...[Symbol("s"), own].map((data) => thrown(() => socket.send(data))));
    found.push(socket.send("a", "second argument"));
    socket.close();
    found.push(socket.send("dropped"), socket.bufferedAmount);
    await event(socket, "close");
    found.push(socket.send("dropped, too"), socket.bufferedAmount);
    return found;
  },
});

stage.leavesNothing();
