// The class that is made of that of `ws`, by itself: it is as the standard describes it. (Run as a program, with the
// misbehaving server's address.)
//
// - the constructor, the constants and the attributes
// - the events and their handlers
// - send(), bufferedAmount and binaryType
// - close() and terminate()

import assert from "node:assert/strict";
import { createServer } from "node:net";
import { test } from "node:test";

import { WebSocketServer } from "ws";
import { addressOf, closesReceived, connection, next, Standard, watch } from "./stage.mjs";

const CONSTANTS = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 };
const STALLED_BYTES = 32 * 1024 * 1024;
/** U+00E9 has two bytes. */
const REASON_OF_124_BYTES = "é".repeat(62);

const syntaxError = { constructor: DOMException, name: "SyntaxError" };
const invalidAccess = { constructor: DOMException, name: "InvalidAccessError" };

async function opened(path) {
  const { tag, url } = addressOf(path);
  const socket = new Standard(url);
  await next(socket, "open");
  return { tag, socket };
}

test("the four constants are on the class and on its prototype", () => {
  for (const owner of [Standard, Standard.prototype]) {
    const constants = Object.fromEntries(Object.keys(CONSTANTS).map((name) => [name, owner[name]]));
    assert.deepEqual(constants, CONSTANTS);
    assert.throws(() => {
      owner.OPEN = 0;
    }, TypeError);
  }
  assert.equal(Standard.name, "WebSocket");
});

test("a bad URL and bad subprotocols throw the standard's exception", () => {
  for (const args of [
    ["no address"],
    ["ftp://127.0.0.1"],
    ["ws://127.0.0.1/#fragment"],
    ["ws://127.0.0.1", "no token"],
    ["ws://127.0.0.1", ["twice", "twice"]],
  ]) {
    assert.throws(() => new Standard(...args), syntaxError, `${args}`);
  }
});

test("subprotocols may be one or any list, and the options of ws come third", async () => {
  for (const protocols of ["chat", ["chat"], new Set(["chat"])]) {
    const { tag, url } = addressOf("/silent");
    const socket = new Standard(url, protocols, { origin: "https://example.org" });
    await next(socket, "open");
    const { protocol, origin } = await connection(tag, "opened");
    assert.deepEqual({ protocol, origin }, { protocol: "chat", origin: "https://example.org" });
    assert.equal(socket.protocol, "chat");
    socket.terminate();
  }
});

test("the attributes are those of the connection, and a URL that is given stays as it is", async () => {
  const { url } = addressOf("/echo");
  const given = new URL(`${url}`.replace("ws:", "http:"));
  const socket = new Standard(given);
  assert.equal(given.protocol, "http:");
  const { readyState, bufferedAmount, protocol, extensions, binaryType } = socket;
  assert.deepEqual(
    { url: socket.url, readyState, bufferedAmount, protocol, extensions, binaryType },
    { url: url.href, readyState: 0, bufferedAmount: 0, protocol: "", extensions: "", binaryType: "blob" },
  );
  await next(socket, "open");
  assert.equal(socket.readyState, socket.OPEN);
  socket.close();
  assert.equal(socket.readyState, socket.CLOSING);
  await next(socket, "close");
  assert.equal(socket.readyState, socket.CLOSED);
});

test("the events are of the platform's classes", async () => {
  const { socket } = await opened("/echo");
  socket.send("text");
  const message = await next(socket, "message");
  assert.ok(message instanceof MessageEvent);
  assert.equal(message.origin, new URL(socket.url).origin);
  assert.equal(message.target, socket);
  socket.close(4000, "bye");
  const close = await next(socket, "close");
  assert.ok(close instanceof (globalThis.CloseEvent ?? Event));
  const { code, reason, wasClean } = close;
  assert.deepEqual({ code, reason, wasClean }, { code: 4000, reason: "bye", wasClean: true });
});

test("a connection that fails gets an error event that says why, and then the close event, both when CLOSED", async () => {
  const socket = new Standard(addressOf("/reject?status=403").url);
  const seen = [];
  socket.onerror = ({ type, message, error }) => seen.push([type, message, error.message, socket.readyState]);
  socket.onclose = ({ type, code, wasClean }) => seen.push([type, code, wasClean, socket.readyState]);
  await next(socket, "close");
  const why = "Unexpected server response: 403";
  assert.deepEqual(seen, [
    ["error", why, why, socket.CLOSED],
    ["close", 1006, false, socket.CLOSED],
  ]);
});

test("where nobody listens, the same two events come", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await next(server, "listening");
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  const socket = new Standard(`ws://127.0.0.1:${port}`);
  const seen = watch(socket);
  await next(socket, "close");
  assert.deepEqual(seen, ["error", "close"]);
});

test("a handler has its turn where it was first set, and null takes it away", async () => {
  const { socket } = await opened("/echo");
  const seen = [];
  assert.equal(socket.onmessage, null);
  socket.onmessage = () => seen.push("first");
  socket.addEventListener("message", () => seen.push("listener"));
  const handler = function () {
    seen.push(this === socket ? "handler" : "another this");
  };
  socket.onmessage = handler;
  assert.equal(socket.onmessage, handler);
  socket.send("text");
  await next(socket, "message");
  assert.deepEqual(seen, ["handler", "listener"]);
  for (const none of [null, undefined, "no function"]) {
    socket.onmessage = handler;
    socket.onmessage = none;
    assert.equal(socket.onmessage, null);
  }
  socket.send("text");
  await next(socket, "message");
  assert.deepEqual(seen, ["handler", "listener", "listener"]);
  socket.terminate();
});

const BYTES = new Uint8Array([0, 1, 2, 3, 4, 5]);

/** What is given to send(), and what comes back. */
const SENT = {
  text: ["grüezi", "grüezi"],
  "no text": ["", ""],
  "a number, as text": [5, "5"],
  "null, as text": [null, "null"],
  "an object, as text": [{ toString: () => "object" }, "object"],
  "a lone surrogate, replaced": ["\uD800", "\uFFFD"],
  "an ArrayBuffer": [BYTES.buffer, [0, 1, 2, 3, 4, 5]],
  "a view": [BYTES.subarray(2, 4), [2, 3]],
  "a DataView": [new DataView(BYTES.buffer, 1, 2), [1, 2]],
  "no bytes": [new Uint8Array(), []],
  "a Blob": [new Blob([BYTES]), [0, 1, 2, 3, 4, 5]],
};

for (const binaryType of ["arraybuffer", "blob"]) {
  test(`binary messages come as ${binaryType}, text as text`, async () => {
    const { socket } = await opened("/echo");
    socket.binaryType = binaryType;
    socket.binaryType = "nodebuffer";
    assert.equal(socket.binaryType, binaryType);
    for (const [name, [data, expected]] of Object.entries(SENT)) {
      socket.send(data);
      const received = (await next(socket, "message")).data;
      if (typeof expected === "string") {
        assert.equal(received, expected, name);
      } else {
        const Class = binaryType === "blob" ? Blob : ArrayBuffer;
        assert.ok(received instanceof Class, name);
        assert.deepEqual([...new Uint8Array(await new Response(received).arrayBuffer())], expected, name);
      }
    }
    socket.terminate();
  });
}

test("send() while CONNECTING throws the standard's exception", async () => {
  const socket = new Standard(addressOf("/hang").url);
  assert.throws(() => socket.send("text"), { constructor: DOMException, name: "InvalidStateError" });
  socket.terminate();
  await next(socket, "close");
});

test("what is sent is the data as it was, also if it waits for a Blob before it", async () => {
  const { socket } = await opened("/echo");
  socket.binaryType = "arraybuffer";
  const received = [];
  const three = new Promise((resolve) => {
    socket.onmessage = ({ data }) => received.push([...new Uint8Array(data)]) === 3 && resolve();
  });
  const bytes = new Uint8Array([1, 2, 3]);
  socket.send(new Blob(["a"]));
  socket.send(bytes);
  socket.send(bytes.buffer);
  bytes.fill(0);
  await three;
  assert.deepEqual(received, [[97], [1, 2, 3], [1, 2, 3]]);
  socket.terminate();
});

test("bufferedAmount counts bytes of data that have not left, and does not forget them when the connection ends", async () => {
  const { socket } = await opened("/stall");
  socket.send(new Uint8Array(STALLED_BYTES));
  socket.send(new Blob(["blob"]));
  socket.send("é");
  assert.equal(socket.bufferedAmount, STALLED_BYTES + 6);
  socket.terminate();
  await next(socket, "close");
  socket.send("more");
  assert.equal(socket.bufferedAmount, STALLED_BYTES + 10);
});

test("bufferedAmount does not forget what was under way when the peer reset the connection", async () => {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  server.once("connection", (peer, { socket }) => {
    peer.pause();
    peer.once("error", () => {});
    setTimeout(() => socket.resetAndDestroy(), 100);
  });
  await next(server, "listening");
  const socket = new Standard(`ws://127.0.0.1:${server.address().port}`);
  await next(socket, "open");
  socket.send(new Uint8Array(STALLED_BYTES));
  await next(socket, "close");
  assert.equal(socket.bufferedAmount, STALLED_BYTES);
  await new Promise((resolve) => server.close(resolve));
});

test("bufferedAmount is 0 again when all has left", async () => {
  const { socket } = await opened("/echo");
  socket.send("text");
  assert.equal(socket.bufferedAmount, 4);
  await next(socket, "message");
  assert.equal(socket.bufferedAmount, 0);
  socket.terminate();
});

test("close() with an illegal code or reason throws the standard's exception, and nothing has changed", async () => {
  const { tag, socket } = await opened("/echo");
  for (const code of [0, 999, 1001, 1005, 1006, 2999, 5000, Number.NaN]) {
    assert.throws(() => socket.close(code), invalidAccess, `${code}`);
  }
  assert.throws(() => socket.close(1000, REASON_OF_124_BYTES), syntaxError);
  assert.equal(socket.readyState, socket.OPEN);
  socket.close(3000, REASON_OF_124_BYTES.slice(1));
  socket.close(4000, "again");
  assert.throws(() => socket.close(1001), invalidAccess);
  await next(socket, "close");
  const sent = { code: 3000, reason: REASON_OF_124_BYTES.slice(1) };
  assert.deepEqual(closesReceived(await connection(tag, "ended")), [sent]);
});

test("messages that come after close() are dropped", async () => {
  const { socket } = await opened("/flood?every=1");
  await next(socket, "message");
  socket.close();
  const seen = watch(socket);
  // The peer never answers.
  setTimeout(() => socket.terminate(), 100);
  await next(socket, "close");
  assert.deepEqual(seen, ["close"]);
});

test("terminate() cuts the connection without a Close frame", async () => {
  const { tag, socket } = await opened("/silent");
  socket.terminate();
  assert.equal(socket.readyState, socket.CLOSING);
  const { code, wasClean } = await next(socket, "close");
  assert.deepEqual({ code, wasClean }, { code: 1006, wasClean: false });
  const { ended, ...seen } = await connection(tag, "ended");
  assert.match(ended.by, /^client-/);
  assert.deepEqual(closesReceived(seen), []);
});
