// `for await (const message of socket)`: every message in order, an end with the connection, and no message that is
// lost silently.
//
// - the messages, and the end of the loop with the connection
// - leaving the loop, which closes the socket
// - a loop that is slower than the peer
// - what is listened to, and when

import assert from "node:assert/strict";
import { test } from "node:test";

import { closesReceived } from "./server.mjs";
import { assertTook, newTag, setStage } from "./stage.mjs";

const CLOSE_TIMEOUT_MS = 300;
/** As the documentation says. */
const MOST_WAITING = 1_024;
const NO_BODY = { code: null, reason: "" };

const stage = setStage();

/** The messages of `/close?messages=`. */
function numbers(count) {
  return Array.from({ length: count }, (_, index) => `${index + 1}`);
}

stage.inOnePage("the loop", (page) => {
  test("gets every message in order, and ends with the connection", async () => {
    const { messages, report } = await page().run(async (tag) => {
      const socket = connect("/close?messages=5&code=4001&reason=bye", tag);
      const messages = [];
      for await (const message of socket) {
        messages.push(message);
      }
      return { messages, report: socket.closeReport };
    }, newTag());
    assert.deepEqual(messages, numbers(5));
    const { code, reason, outcome, initiator } = report;
    assert.deepEqual(
      { code, reason, outcome, initiator },
      { code: 4001, reason: "bye", outcome: "clean", initiator: "remote" },
    );
  });

  test("gets text and binary, in the form that binaryType asks for", async () => {
    const messages = await page().run(async (tag) => {
      const socket = await open("/echo", tag);
      const data = ["text", new Blob(["blob"]), "", new Uint8Array([1, 2, 3])];
      for (const each of data) {
        socket.send(each);
      }
      const messages = [];
      for await (const message of socket) {
        const { name } = message.constructor;
        messages.push([name, typeof message === "string" ? message : await new Response(message).text()]);
        if (messages.length === 3) {
          socket.binaryType = "arraybuffer";
          socket.send("switched");
          socket.send(new Uint8Array([65, 66]));
        }
        if (messages.length === 6) {
          break;
        }
      }
      // The fourth may have come before binaryType was another.
      messages[3][0] = "either";
      return messages;
    }, newTag());
    assert.deepEqual(messages, [
      ["String", "text"],
      ["Blob", "blob"],
      ["String", ""],
      ["either", "\u0001\u0002\u0003"],
      ["String", "switched"],
      ["ArrayBuffer", "AB"],
    ]);
  });

  for (const [name, path, outcome] of [
    ["breaks", "/reset?after=100", "unclean"],
    ["is ended without a Close frame", "/drop?after=100", "unclean"],
    ["never was", "/reject", "never-opened"],
  ]) {
    test(`ends quietly when the connection ${name}; the report tells`, async () => {
      const found = await page().run(
        async ([path, tag]) => {
          const socket = connect(path, tag);
          for await (const message of socket) {
            return `unexpected: ${message}`;
          }
          return socket.closeReport.outcome;
        },
        [path, newTag()],
      );
      assert.equal(found, outcome);
    });
  }

  test("ends quietly when a close from elsewhere times out, with what came before it", async () => {
    const { messages, closing, outcome } = await page().run(
      async ([tag, closeTimeout]) => {
        const socket = await open("/flood?every=1&bytes=1", tag, { closeTimeout });
        let messages = 0;
        let closing;
        for await (const message of socket) {
          messages += message.length;
          closing ??= socket.close();
        }
        return { messages, closing: await closing, outcome: socket.closeReport.outcome };
      },
      [newTag(), CLOSE_TIMEOUT_MS],
    );
    assert.ok(messages > 0);
    assert.equal(outcome, "timed-out");
    assertTook(closing.elapsed, CLOSE_TIMEOUT_MS);
  });

  test("ends at once on a socket that is closed", async () => {
    const found = await page().run(async (tag) => {
      const socket = await open("/echo", tag);
      await socket.close();
      const found = [];
      for await (const message of socket) {
        found.push(message);
      }
      const { value, done } = await socket[Symbol.asyncIterator]().next();
      return [...found, value, done];
    }, newTag());
    assert.deepEqual(found, [undefined, true]);
  });

  for (const [name, leave] of [
    ["break", "for await (const message of socket) break;"],
    ["return", "for await (const message of socket) return message;"],
    ["throw", "for await (const message of socket) throw new Error(message);"],
  ]) {
    test(`left by ${name} closes the socket, and waits for it`, async () => {
      const tag = newTag();
      const found = await page().run(
        async ([leave, tag]) => {
          const AsyncFunction = (async () => {}).constructor;
          const socket = await open("/late?ms=50", tag);
          socket.send("message");
          const result = await new AsyncFunction("socket", leave)(socket).catch((error) => error.message);
          return { result, readyState: socket.readyState, outcome: socket.closeReport?.outcome };
        },
        [leave, tag],
      );
      const result = name === "break" ? undefined : "message";
      assert.deepEqual(found, { result, readyState: 3, outcome: "clean" });
      assert.deepEqual(closesReceived(await stage.server.connection(tag, "ended")), [NO_BODY]);
    });
  }

  test("left with a peer that never answers waits for closeTimeout, not longer", async () => {
    const { took, outcome } = await page().run(
      async ([tag, closeTimeout]) => {
        const socket = await open("/flood?every=1&bytes=1", tag, { closeTimeout });
        let leftAt;
        for await (const _ of socket) {
          leftAt = performance.now();
          break;
        }
        return { took: performance.now() - leftAt, outcome: socket.closeReport.outcome };
      },
      [newTag(), CLOSE_TIMEOUT_MS],
    );
    assert.equal(outcome, "timed-out");
    // A timer may be early by the precision of the clock.
    assertTook(Math.ceil(took), CLOSE_TIMEOUT_MS);
  });

  test("left by return() while it waits for a message ends all the same", async () => {
    const found = await page().run(
      async ([tag, closeTimeout]) => {
        const socket = await open("/silent", tag, { closeTimeout });
        const messages = socket[Symbol.asyncIterator]();
        const pending = messages.next();
        const left = messages.return("left");
        return [await pending, await left, await messages.next(), socket.closeReport.outcome];
      },
      [newTag(), CLOSE_TIMEOUT_MS],
    );
    const done = { value: undefined, done: true };
    assert.deepEqual(found, [done, { ...done, value: "left" }, done, "timed-out"]);
  });

  test("that is slow loses nothing, up to the bound", async () => {
    const { messages, outcome } = await page().run(
      async ([tag, count]) => {
        const socket = connect(`/close?messages=${count}`, tag);
        const messages = [];
        for await (const message of socket) {
          if (messages.length === 0) {
            await socket.closed;
          }
          messages.push(message);
        }
        return { messages, outcome: socket.closeReport.outcome };
      },
      [newTag(), MOST_WAITING],
    );
    assert.deepEqual(messages, numbers(MOST_WAITING));
    assert.equal(outcome, "clean");
  });

  test("that is too slow gets all that was kept, and then a QuotaExceededError; the socket is closed", async () => {
    const tag = newTag();
    const { messages, error, readyState, initiator } = await page().run(
      async ([tag]) => {
        const socket = connect("/close?messages=2000", tag);
        const messages = [];
        try {
          for await (const message of socket) {
            if (messages.length === 0) {
              await socket.closed;
            }
            messages.push(message);
          }
        } catch ({ name, message }) {
          const { readyState, closeReport } = socket;
          const error = { name, message };
          return { messages, error, readyState, initiator: closeReport.initiator };
        }
      },
      [tag],
    );
    assert.deepEqual(
      messages.slice(0, MOST_WAITING),
      numbers(messages.length).slice(0, MOST_WAITING),
      "in order, from the first",
    );
    // The first is taken at some time while the others come.
    assert.ok([MOST_WAITING, MOST_WAITING + 1].includes(messages.length), `${messages.length} messages`);
    assert.equal(error.name, "QuotaExceededError");
    assert.match(error.message, /1024/);
    assert.deepEqual({ readyState, initiator }, { readyState: 3, initiator: "local" });
    // Whose Close frame came first depends on how far the browser had read.
    assert.equal(closesReceived(await stage.server.connection(tag, "ended")).length, 1);
  });

  test("that is too slow for a peer that goes on for ever ends too, after closeTimeout", async () => {
    const tag = newTag();
    const { messages, name, outcome } = await page().run(
      async ([tag, closeTimeout]) => {
        const socket = connect("/flood?every=1&bytes=10", tag, { closeTimeout });
        let messages = 0;
        try {
          for await (const _ of socket) {
            if (messages === 0) {
              await socket.closed;
            }
            messages += 1;
          }
        } catch ({ name }) {
          return { messages, name, outcome: socket.closeReport.outcome };
        }
      },
      [tag, CLOSE_TIMEOUT_MS],
    );
    assert.equal(messages, MOST_WAITING + 1);
    assert.deepEqual({ name, outcome }, { name: "QuotaExceededError", outcome: "timed-out" });
    assert.deepEqual(closesReceived(await stage.server.connection(tag, "closing")), [NO_BODY]);
  });

  test("gets every message, also if there are two at once and listeners besides", async () => {
    const { first, second, listened } = await page().run(async (tag) => {
      const socket = connect("/close?messages=100", tag);
      const listened = [];
      socket.onmessage = ({ data }) => listened.push(data);
      const take = async () => {
        const messages = [];
        for await (const message of socket) {
          messages.push(message);
        }
        return messages;
      };
      const [first, second] = await Promise.all([take(), take()]);
      return { first, second, listened };
    }, newTag());
    assert.deepEqual(first, numbers(100));
    assert.deepEqual(second, first);
    assert.deepEqual(listened, first);
  });

  test("gets the messages from when the iterator was made, not only from the first time that it asks", async () => {
    const { messages, before } = await page().run(async (tag) => {
      const socket = connect("/close?messages=3", tag);
      const iterator = socket[Symbol.asyncIterator]();
      await socket.closed;
      const late = socket[Symbol.asyncIterator]();
      const take = async (iterable) => {
        const messages = [];
        for await (const message of iterable) {
          messages.push(message);
        }
        return messages;
      };
      return { messages: await take(iterator), before: await take(late) };
    }, newTag());
    assert.deepEqual({ messages, before }, { messages: numbers(3), before: [] });
  });

  test("listens to messages while it runs, not before and not after", async () => {
    const found = await page().run(async (tag) => {
      const socket = connect("/echo", tag);
      let listeners = 0;
      for (const [name, step] of [
        ["addEventListener", 1],
        ["removeEventListener", -1],
      ]) {
        socket[name] = (type, ...rest) => {
          listeners += type === "message" ? step : 0;
          EventTarget.prototype[name].call(socket, type, ...rest);
        };
      }
      await event(socket, "open");
      const found = [listeners];
      const iterator = socket[Symbol.asyncIterator]();
      found.push(listeners);
      socket.send("one");
      for await (const _ of iterator) {
        found.push(listeners);
        break;
      }
      found.push(listeners);
      await socket[Symbol.asyncIterator]().return();
      found.push(listeners);
      for await (const _ of socket);
      found.push(listeners);
      return found;
    }, newTag());
    assert.deepEqual(found, [0, 1, 1, 0, 0, 0]);
  });

  test("cannot be had of something that is not a socket", async () => {
    const name = await page().run(
      () => thrown(() => GracefulWebSocket.prototype[Symbol.asyncIterator]())?.name,
    );
    assert.equal(name, "TypeError");
    assert.deepEqual(await page().uncaught(), []);
  });
});

stage.leavesNothing();
