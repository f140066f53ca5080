// The class in the place of the platform's: everything but the end is the platform's own.

import assert from "node:assert/strict";
import { test } from "node:test";

import { assertWire, SERVER } from "./ending.mjs";
import { newTag, setStage } from "./stage.mjs";

const stage = setStage();

stage.inOnePage("GracefulWebSocket", (page) => {
  test("is a WebSocket, with its constants on the class and on every instance", async () => {
    const tag = newTag();
    const { isOne, constants } = await page().run(async (tag) => {
      const socket = await open("/echo", tag);
      const isOne =
        socket instanceof WebSocket &&
        socket instanceof GracefulWebSocket &&
        socket instanceof EventTarget &&
        Object.getPrototypeOf(GracefulWebSocket) === WebSocket &&
        Object.prototype.toString.call(socket) === "[object WebSocket]";
      const constants = [GracefulWebSocket, socket, GracefulWebSocket.prototype].map(
        ({ CONNECTING, OPEN, CLOSING, CLOSED }) => [CONNECTING, OPEN, CLOSING, CLOSED],
      );
      await socket.close();
      return { isOne, constants };
    }, tag);
    assert.ok(isOne);
    assert.deepEqual(constants, Array(3).fill([0, 1, 2, 3]));
  });

  test("sends and receives text, Blob and ArrayBuffer as binaryType says", async () => {
    const tag = newTag();
    const received = await page().run(async (tag) => {
      const socket = await open("/echo", tag);
      const received = [];
      const echo = async (message) => {
        socket.send(message);
        const { data } = await event(socket, "message");
        const text = typeof data === "string" ? data : await new Response(data).text();
        received.push([data.constructor.name, text]);
      };
      socket.onmessage = ({ target }) => received.push(target === socket);
      const bytes = new TextEncoder().encode("bytes");
      await echo("text €");
      await echo(new Blob(["blob"]));
      await echo(bytes);
      socket.binaryType = "arraybuffer";
      await echo(bytes.buffer);
      await echo(new DataView(bytes.buffer, 1, 2));
      await echo("");
      await socket.close();
      return received;
    }, tag);
    const seen = received.filter((entry) => entry !== true);
    assert.equal(received.length, 2 * seen.length, "onmessage was called for each");
    assert.deepEqual(seen, [
      ["String", "text €"],
      ["Blob", "blob"],
      ["Blob", "bytes"],
      ["ArrayBuffer", "bytes"],
      ["ArrayBuffer", "yt"],
      ["String", ""],
    ]);
    const connection = await stage.server.connection(tag, "ended");
    assert.deepEqual(connection.dataFrames, { received: seen.length, sent: seen.length });
  });

  test("offers subprotocols: a string, a list, and as an option", async () => {
    for (const [argument, expected] of [
      ["chat", "chat"],
      [["chat", "superchat"], "chat"],
      [{ protocols: ["chat", "superchat"] }, "chat"],
      [{ protocols: "chat" }, "chat"],
      [[], ""],
      [{}, ""],
    ]) {
      const tag = newTag();
      const protocol = await page().run(
        async ([tag, argument]) => {
          const socket = await open("/echo", tag, argument);
          await socket.close();
          return socket.protocol;
        },
        [tag, argument],
      );
      assert.equal(protocol, expected, JSON.stringify(argument));
      assert.equal((await stage.server.connection(tag, "ended")).protocol, expected || null);
    }
  });

  test("has the platform's url, extensions, bufferedAmount and binaryType", async () => {
    const { same, url, buffered } = await page().run(async (tag) => {
      const native = new WebSocket(address("/echo", tag));
      await event(native, "open");
      const socket = await open("/echo", tag);
      const same = ["url", "extensions", "protocol", "bufferedAmount", "binaryType", "readyState"].filter(
        (name) => socket[name] === native[name],
      );
      socket.send(new Uint8Array(1_000));
      const buffered = socket.bufferedAmount;
      await event(socket, "message");
      const result = {
        same,
        url: socket.url === `${address("/echo", tag)}`,
        buffered: [buffered, socket.bufferedAmount],
      };
      native.close();
      await Promise.all([socket.close(), event(native, "close")]);
      return result;
    }, newTag());
    assert.deepEqual(same, ["url", "extensions", "protocol", "bufferedAmount", "binaryType", "readyState"]);
    assert.ok(url);
    assert.deepEqual(buffered, [1_000, 0]);
  });

  test("throws what the platform's throws for an invalid URL or subprotocol", async () => {
    const pairs = await page().run(() => {
      const invalid = [
        ["ftp://127.0.0.1"],
        ["http://["],
        ["ws://127.0.0.1/#fragment"],
        ["ws://127.0.0.1", ""],
        ["ws://127.0.0.1", "not valid"],
        ["ws://127.0.0.1", ["chat", "chat"]],
      ];
      return invalid.map((call) => [
        thrown(() => new GracefulWebSocket(...call)),
        thrown(() => new WebSocket(...call)),
        thrown(() => new GracefulWebSocket(call[0], { protocols: call[1] })),
      ]);
    });
    for (const [ours, platforms, withOptions] of pairs) {
      assert.deepEqual(withOptions, platforms);
      assert.equal(ours?.name, "SyntaxError");
      assert.deepEqual(ours, platforms);
    }
  });

  test("cannot be called without new, and needs a URL, as the platform's", async () => {
    const pairs = await page().run(() =>
      [GracefulWebSocket, WebSocket].map((Class) =>
        [() => Class("ws://127.0.0.1"), () => new Class()].map((call) => thrown(call)?.name),
      ),
    );
    assert.deepEqual(pairs[0], pairs[1]);
  });

  test("can be extended", async () => {
    const tag = newTag();
    const result = await page().run(async (tag) => {
      class Chat extends GracefulWebSocket {
        #said = 0;
        say(text) {
          this.#said += 1;
          this.send(text);
        }
        close(code = 4000, reason = `said ${this.#said}`) {
          return super.close(code, reason);
        }
      }
      const chat = new Chat(address("/echo", tag));
      await event(chat, "open");
      chat.say("hello");
      const { reason, outcome } = await chat.close();
      return { reason, outcome, isOne: chat instanceof Chat && chat instanceof GracefulWebSocket };
    }, tag);
    assert.deepEqual(result, { reason: "said 1", outcome: "clean", isOne: true });
    const closes = [{ code: 4000, reason: "said 1" }];
    assertWire(await stage.server.connection(tag, "ended"), { closes, endedBy: SERVER });
  });

  test("lets the page dispatch events of its own, also when CLOSED", async () => {
    const seen = await page().run(async (tag) => {
      const socket = await open("/echo", tag);
      const { byListener } = watch(socket);
      socket.dispatchEvent(new CloseEvent("close", { code: 4001 }));
      await socket.close(4002);
      socket.dispatchEvent(new Event("error"));
      socket.dispatchEvent(new CloseEvent("close", { code: 4003 }));
      return byListener.map(({ type, code }) => code ?? type);
    }, newTag());
    assert.deepEqual(seen, [4001, 4002, "error", 4003]);
  });

  test("can take the name of the platform's", async () => {
    const outcome = await page().run(async (tag) => {
      const platforms = globalThis.WebSocket;
      globalThis.WebSocket = GracefulWebSocket;
      try {
        const socket = new WebSocket(address("/echo", tag));
        await event(socket, "open");
        return (await socket.close()).outcome;
      } finally {
        globalThis.WebSocket = platforms;
      }
    }, newTag());
    assert.equal(outcome, "clean");
  });

  test("withGracefulClose takes any class of WebSockets", async () => {
    const tag = newTag();
    const result = await page().run(async (tag) => {
      class Own extends WebSocket {
        get isOwn() {
          return true;
        }
      }
      const Graceful = withGracefulClose(Own);
      const socket = new Graceful(address("/silent", tag), { closeTimeout: 50 });
      const seen = watch(socket);
      await event(socket, "open");
      const { outcome } = await socket.close(3000);
      const events = seen.byListener.map(({ type }) => type);
      return { outcome, events, isOwn: socket.isOwn, isOne: socket instanceof Own };
    }, tag);
    assert.deepEqual(result, { outcome: "timed-out", events: ["open", "close"], isOwn: true, isOne: true });
  });
});

stage.inOnePage("WebSocket of a page that has registered ours", (page) => {
  test("once registered, shows a loop every member that the platform's shows", async () => {
    const missing = await page().run(async () => {
      const { NativeWebSocket } = await import("/dist/register.js");
      const names = (object) => {
        const names = [];
        for (const name in object) {
          names.push(name);
        }
        return names;
      };
      const ours = names(GracefulWebSocket.prototype);
      return names(NativeWebSocket.prototype).filter((name) => !ours.includes(name));
    });
    assert.deepEqual(missing, []);
  });

  test("once registered, describes what it overrides as the platform does", async () => {
    const [ours, platforms] = await page().run(async () => {
      const { NativeWebSocket } = await import("/dist/register.js");
      return [GracefulWebSocket, NativeWebSocket].map(({ length, prototype }) => {
        const members = ["close", "send", "readyState"].map((name) => {
          const { value, set, ...flags } = Object.getOwnPropertyDescriptor(prototype, name);
          return { name, length: value?.length, isSettable: set !== undefined, ...flags, get: undefined };
        });
        return { length, members };
      });
    });
    assert.deepEqual(ours, platforms);
  });
});

stage.leavesNothing();
