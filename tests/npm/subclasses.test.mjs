// Subclasses that keep what they need in private fields, and use them in members that they override. The base class's
// constructor runs before such fields are there, so nothing of a subclass may be called from it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { assertReport, assertWire, SERVER } from "./ending.mjs";
import { assertWorks, hostilePage } from "./hostile.mjs";
import { newTag, setStage } from "./stage.mjs";

const FRAME = { code: 3000, reason: "done" };
const NO_BODY = { code: null, reason: "" };
const CLEAN = {
  ...FRAME,
  ...{ wasClean: true, outcome: "clean", initiator: "local", phase: "handshake", sent: FRAME },
};

/** Every member that a subclass may override, in one that is the base class's but for a look at a private field. */
const MEMBERS = [
  ...["bufferedAmount", "readyState", "addEventListener", "removeEventListener", "dispatchEvent"],
  ...["close", "send", "terminate", "closeTimeout", "closed", "closeReport", "released"],
];

/** What the constructor does something for. */
const OPTIONS = {
  "no options": {},
  "a close timeout": { closeTimeout: 1_000 },
  "an open timeout": { openTimeout: 60_000 },
  "a signal": { signal: true },
  onPageHide: { onPageHide: "close" },
  disposable: { disposable: true },
};

const stage = setStage();

/** A page with `privately`, which makes a subclass that looks at a private field in these members. */
async function pageOfSubclasses(t) {
  const page = await hostilePage(stage, t);
  await page.run(() => {
    globalThis.privately = (members) => {
      class Private extends GracefulWebSocket {
        #fields = [];

        static look(socket) {
          return socket.#fields.length;
        }
      }
      for (const name of members) {
        let owner = GracefulWebSocket.prototype;
        while (!Object.hasOwn(owner, name)) {
          owner = Object.getPrototypeOf(owner);
        }
        const { get, set, value } = Object.getOwnPropertyDescriptor(owner, name);
        const looking = (member) =>
          member &&
          function (...args) {
            Private.look(this);
            return Reflect.apply(member, this, args);
          };
        const member = value ? { value: looking(value) } : { get: looking(get), set: looking(set) };
        Object.defineProperty(Private.prototype, name, { configurable: true, ...member });
      }
      return Private;
    };
  });
  return page;
}

test("a bufferedAmount that counts a queue of its own is not asked for before the queue is there", async (t) => {
  const page = await pageOfSubclasses(t);
  const tag = newTag();
  const { amounts, report } = await page.run(async (tag) => {
    class Queueing extends GracefulWebSocket {
      #queue = [];

      get bufferedAmount() {
        return super.bufferedAmount + this.#queue.length;
      }

      enqueue(data) {
        this.#queue.push(data);
      }

      flush() {
        for (const data of this.#queue.splice(0)) {
          this.send(data);
        }
      }
    }
    const socket = new Queueing(address("/echo", tag), { closeTimeout: 1_000 });
    socket.enqueue("queued");
    const amounts = [socket.bufferedAmount];
    await event(socket, "open");
    socket.flush();
    const { data } = await event(socket, "message");
    amounts.push(data, socket.bufferedAmount);
    return { amounts, report: await socket.close(3000, "done") };
  }, tag);
  assert.deepEqual(amounts, [1, "queued", 0]);
  assertReport(report, CLEAN);
  assertWire(await stage.server.connection(tag, "ended"), { closes: [FRAME], endedBy: SERVER });
  assert.deepEqual(await page.uncaught(), []);
});

for (const member of MEMBERS) {
  test(`${member}, overridden with a look at a private field, is called by nothing before that is there`, async (t) => {
    const page = await pageOfSubclasses(t);
    const tag = newTag();
    const { count, ends } = await page.run(
      async ([tag, member, all]) => {
        const Private = privately([member]);
        const ends = Object.values(all).map(async ({ signal, ...options }) => {
          const given = signal ? { signal: new AbortController().signal } : {};
          const socket = new Private(address("/echo", tag), { ...options, ...given });
          await event(socket, "open");
          socket.send("message");
          await event(socket, "message");
          socket.closeTimeout = 60_000;
          return (await socket.close(3000, "done")).outcome;
        });
        return { count: ends.length, ends: await Promise.all(ends) };
      },
      [tag, member, OPTIONS],
    );
    assert.deepEqual(ends, Array(count).fill("clean"));
    for (const connection of await stage.server.connections(tag, "ended")) {
      assertWire(connection, { closes: [FRAME], endedBy: SERVER });
    }
    assert.deepEqual(await page.uncaught(), []);
    await assertWorks(page);
  });
}

test("with all of them overridden a socket closes, times out, is terminated and never opens as any other", async (t) => {
  const page = await pageOfSubclasses(t);
  const tag = newTag();
  const ends = await page.run(
    async ([tag, members]) => {
      const Private = privately(members);
      const opened = async (path, options) => {
        const socket = new Private(address(path, tag), options);
        await event(socket, "open");
        return socket;
      };
      const [echo, silent, given] = await Promise.all([
        opened("/echo"),
        opened("/silent", { closeTimeout: 50 }),
        opened("/silent"),
      ]);
      const aborted = new Private(address("/echo", tag), { signal: AbortSignal.abort() });
      const late = new Private(address("/hang", tag), { openTimeout: 50 });
      echo.close();
      silent.close();
      given.terminate();
      return Promise.all([echo, silent, given, aborted, late].map(settled));
    },
    [tag, MEMBERS],
  );
  assert.deepEqual(ends, ["clean", "timed-out", "terminated", "never-opened", "timed-out"]);
  assert.deepEqual(await page.uncaught(), []);
  await assertWorks(page);
});

test("a signal closes a socket of such a class, and nobody is thrown anything", async (t) => {
  const page = await pageOfSubclasses(t);
  const tag = newTag();
  const end = await page.run(
    async ([tag, members]) => {
      const Private = privately(members);
      const controller = new AbortController();
      const socket = new Private(address("/echo", tag), { signal: controller.signal });
      await event(socket, "open");
      controller.abort();
      return settled(socket);
    },
    [tag, MEMBERS],
  );
  assert.equal(end, "clean");
  assertWire(await stage.server.connection(tag, "ended"), { closes: [NO_BODY], endedBy: SERVER });
  assert.deepEqual(await page.uncaught(), []);
});

stage.leavesNothing();
