// graceful-websocket/register: the platform's class is replaced, and can be put back; and where there is none of the
// standard's kind, nothing is touched.

import assert from "node:assert/strict";
import { test } from "node:test";

import { closesReceived } from "./server.mjs";
import { newTag, setStage } from "./stage.mjs";

const FRAME = { code: 3000, reason: "done" };
const CLOSE_TIMEOUT_MS = 200;

const stage = setStage();

test("a socket of the global class closes in its bound, and the platform's class is exported", async (t) => {
  const page = await stage.page(t);
  const tag = newTag();
  const found = await page.run(
    async ([tag, closeTimeout, { code, reason }]) => {
      const Platforms = WebSocket;
      const { NativeWebSocket } = await import("/dist/register.js");
      const socket = new WebSocket(address("/silent", tag), { closeTimeout });
      await event(socket, "open");
      const { outcome } = await socket.close(code, reason);
      const isReplaced = WebSocket !== Platforms && WebSocket.prototype instanceof Platforms;
      return { isReplaced, isExported: NativeWebSocket === Platforms, outcome };
    },
    [tag, CLOSE_TIMEOUT_MS, FRAME],
  );
  assert.deepEqual(found, { isReplaced: true, isExported: true, outcome: "timed-out" });
  assert.deepEqual(closesReceived(await stage.server.connection(tag, "closing")), [FRAME]);
});

test("unregister() puts the platform's class back, as often as it is called", async (t) => {
  const page = await stage.page(t);
  const found = await page.run(async () => {
    const before = Object.getOwnPropertyDescriptor(globalThis, "WebSocket");
    const { unregister } = await import("/dist/register.js");
    const whileRegistered = WebSocket !== before.value;
    unregister();
    unregister();
    const { value, ...flags } = Object.getOwnPropertyDescriptor(globalThis, "WebSocket");
    const { value: platforms, ...flagsBefore } = before;
    return { whileRegistered, isBack: value === platforms, flags, flagsBefore };
  });
  assert.deepEqual(found.flags, found.flagsBefore);
  assert.ok(found.whileRegistered && found.isBack);
});

test("unregister() leaves a class alone by which somebody else has replaced the global since", async (t) => {
  const page = await stage.page(t);
  const found = await page.run(async () => {
    const Platforms = WebSocket;
    const { unregister } = await import("/dist/register.js");
    const Registered = WebSocket;
    class Others extends WebSocket {}
    globalThis.WebSocket = Others;
    unregister();
    const isOthers = WebSocket === Others;
    // Whoever it was takes theirs away again.
    globalThis.WebSocket = Registered;
    unregister();
    return { isOthers, isPlatforms: WebSocket === Platforms };
  });
  assert.deepEqual(found, { isOthers: true, isPlatforms: true });
});

test("a socket that was made while registered stays what it is after unregister()", async (t) => {
  const page = await stage.page(t);
  const tag = newTag();
  const outcome = await page.run(
    async ([tag, { code, reason }]) => {
      const { unregister } = await import("/dist/register.js");
      const socket = new WebSocket(address("/echo", tag));
      unregister();
      await event(socket, "open");
      return (await socket.close(code, reason)).outcome;
    },
    [tag, FRAME],
  );
  assert.equal(outcome, "clean");
  assert.deepEqual(closesReceived(await stage.server.connection(tag, "ended")), [FRAME]);
});

test("on a platform without a WebSocket nothing is replaced, and nothing thrown", async (t) => {
  const page = await stage.emptyPage(t);
  const found = await page.run(async () => {
    delete globalThis.WebSocket;
    const wasThere = "WebSocket" in globalThis;
    const { NativeWebSocket, unregister } = await import("/dist/register.js");
    const isThere = "WebSocket" in globalThis;
    unregister();
    return { wasThere, isThere, isThereAfter: "WebSocket" in globalThis, isExported: NativeWebSocket };
  });
  assert.deepEqual(found, { wasThere: false, isThere: false, isThereAfter: false, isExported: undefined });
  assert.deepEqual(await page.uncaught(), []);
});

for (const [name, members] of Object.entries({
  "whose sockets can be listened to, and dispatch nothing, as that of ws": ["addEventListener", "on"],
  "whose sockets cannot be listened to": [],
})) {
  test(`a class ${name}, stays where it is`, async (t) => {
    const page = await stage.emptyPage(t);
    const found = await page.run(async (members) => {
      class Others {}
      for (const name of members) {
        Others.prototype[name] = () => {};
      }
      globalThis.WebSocket = Others;
      const { NativeWebSocket, unregister } = await import("/dist/register.js");
      const isThere = WebSocket === Others;
      unregister();
      const { GracefulWebSocket } = await import("/dist/index.js");
      let thrown;
      try {
        new GracefulWebSocket("ws://127.0.0.1");
      } catch ({ name, message }) {
        thrown = { name, message };
      }
      return {
        isThere,
        isThereAfter: WebSocket === Others,
        isExported: NativeWebSocket === Others,
        thrown,
      };
    }, members);
    const { thrown, ...rest } = found;
    assert.deepEqual(rest, { isThere: true, isThereAfter: true, isExported: true });
    assert.equal(thrown.name, "TypeError");
    assert.match(thrown.message, /withGracefulClose\(\).*graceful-websocket\/ws/);
    assert.deepEqual(await page.uncaught(), []);
  });
}

stage.leavesNothing();
