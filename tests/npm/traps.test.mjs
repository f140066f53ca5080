// What would break the core, forced: nonsense, an exception in the middle of a call, an exhausted stack. It keeps nothing
// from one call to the next, so that other sockets do not notice, and whoever awaits the end of the one concerned is told.

import assert from "node:assert/strict";
import { test } from "node:test";

import { assertWorks, hostilePage } from "./hostile.mjs";
import { newTag, setStage } from "./stage.mjs";

const STEPS = 10_000;
const SOCKETS = 10;
const CUT_SHORT = 200;
/** So often the stack is exhausted for them, at the most. */
const MOST_PASSES = 2_000;

const stage = setStage();

/** The core's own exports, which are nobody else's business. */
function keepExports() {
  WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
    construct(...call) {
      const instance = Reflect.construct(...call);
      globalThis.coreExports = instance.exports;
      return instance;
    },
  });
}

test(`${STEPS} steps of no socket's, from nonsense and with nonsense, leave every socket as it was`, async (t) => {
  const page = await stage.emptyPage(t, keepExports);
  await page.run(() => import("/in-page.mjs"));
  const found = await page.run(
    async ([tag, steps]) => {
      const sockets = await Promise.all(["/echo", "/late?ms=50", "/silent"].map((path) => open(path, tag)));
      const [, late, silent] = sockets;
      late.close(3000, "before");
      silent.closeTimeout = 200;
      silent.close(3000, "before");
      const { memory, state, stateSize, numbers, step } = coreExports;
      const bytes = new Uint8Array(memory.buffer, state(), stateSize());
      const nonsense = [Number.NaN, -1, 0, 0.5, 2 ** 53, Number.POSITIVE_INFINITY, undefined, null, {}, "x"];
      const any = () => nonsense[Math.floor(Math.random() * nonsense.length)];
      let results = 0;
      for (let taken = 0; taken < steps; taken += 1) {
        if (taken % 3 === 0) {
          // What the core itself writes there, of another time.
          step(0, any(), taken % 5, any(), any(), any());
        }
        results |= step(taken % 20, any(), any(), any(), any(), any());
      }
      const isStill = numbers() === coreExports.numbers() && bytes.length === stateSize();
      sockets.push(await open("/echo", tag));
      const ends = await Promise.all(
        sockets.map((socket) => {
          socket.send("message");
          return socket.close(3000, "after");
        }),
      );
      return { isBits: results < 32, isStill, ends: ends.map(({ outcome }) => outcome) };
    },
    [newTag(), STEPS],
  );
  assert.deepEqual(found, {
    isBits: true,
    isStill: true,
    ends: ["clean", "clean", "timed-out", "clean"],
  });
});

test("an exception in the middle of a call is the caller's, and nothing has happened", async (t) => {
  const page = await hostilePage(stage, t);
  const found = await page.run(async (tag) => {
    const socket = await open("/silent", tag, { closeTimeout: 50 });
    const { now } = performance;
    performance.now = throwOwn; // The time is asked for in every call.
    const thrown = ["close", "terminate"].map((name) => outcome(() => socket[name]()));
    performance.now = now;
    const { readyState } = socket;
    socket.close(3000, "done");
    return { thrown, readyState, end: await settled(socket) };
  }, newTag());
  assert.deepEqual(found, { thrown: ["Own", "Own"], readyState: 1, end: "timed-out" });
  await assertWorks(page);
});

test("with the stack exhausted, close() throws before anything has changed", async (t) => {
  const page = await hostilePage(stage, t);
  const found = await page.run(
    async ([tag, count]) => {
      const sockets = await Promise.all(
        Array.from({ length: count }, () => open("/silent", tag, { closeTimeout: 50 })),
      );
      const readyStates = new Set();
      for (const socket of sockets) {
        // Closes as deep as it can be done, and notes what is left of each try before.
        const descend = () => {
          try {
            descend();
          } catch {
            try {
              socket.close(3000, "done");
            } catch (error) {
              readyStates.add(socket.readyState);
              throw error;
            }
          }
        };
        descend();
      }
      const ends = await Promise.all(sockets.map(settled));
      return { readyStates: [...readyStates], ends };
    },
    [newTag(), SOCKETS],
  );
  assert.deepEqual(found, {
    readyStates: [1],
    ends: Array(SOCKETS).fill("timed-out"),
  });
  await assertWorks(page);
});

test(`${CUT_SHORT} steps that the engine cuts short leave the core as it was`, async (t) => {
  const page = await stage.emptyPage(t, keepExports);
  await page.run(() => import("/in-page.mjs"));
  const found = await page.run(
    async ([tag, times, most]) => {
      const socket = await open("/silent", tag, { closeTimeout: 50 });
      const { memory, state, stateSize, step } = coreExports;
      const bytes = new Uint8Array(memory.buffer, state(), stateSize());
      const before = bytes.slice();
      let cutShort = 0;
      // Steps on every level, from the one on which nothing can be called.
      const descend = () => {
        try {
          descend();
        } finally {
          try {
            bytes.set(before);
            step(4, 0, 1, 0, 3000, true);
          } catch {
            cutShort += 1;
          }
        }
      };
      // How much room there is left on the last level is another with each number of arguments above the first.
      const descendBelow = () => descend();
      for (let pass = 0; cutShort < times && pass < most; pass += 1) {
        try {
          descendBelow.apply(null, Array(pass % 64));
        } catch {}
      }
      const { outcome } = await socket.close(3000, "done");
      return { cutShort, outcome };
    },
    [newTag(), CUT_SHORT, MOST_PASSES],
  );
  assert.ok(found.cutShort >= CUT_SHORT, `${found.cutShort} were cut short`);
  assert.equal(found.outcome, "timed-out");
});

test("a reason of 4 million characters is refused, and the socket stays open", async (t) => {
  const page = await hostilePage(stage, t);
  const found = await page.run(async (tag) => {
    const socket = await open("/echo", tag);
    const thrown = ["x", "\ud800", "€"].map((character) =>
      outcome(() => socket.close(1000, character.repeat(2 ** 22))),
    );
    const { readyState } = socket;
    socket.close();
    return { thrown, readyState, end: await settled(socket) };
  }, newTag());
  assert.deepEqual(found, { thrown: Array(3).fill("SyntaxError"), readyState: 1, end: "clean" });
  await assertWorks(page);
});

test("init() of /slim refuses what is no core with a rejection, and takes the core after that", async (t) => {
  const page = await hostilePage(stage, t);
  const found = await page.run(async (tag) => {
    const { init, GracefulWebSocket: Slim } = await import("/dist/slim.js");
    const wrong = [
      null,
      5,
      Symbol("s"),
      {},
      [],
      () => {},
      "/none.wasm",
      "http://[",
      Promise.reject(new Own()),
    ];
    wrong.push(new ArrayBuffer(0), new Uint8Array(8), new Response("x"), values["revoked proxy"]());
    wrong.push(new Proxy({}, { get: throwOwn, getPrototypeOf: throwOwn }), {
      arrayBuffer: throwOwn,
      ok: true,
    });
    const empty = new WebAssembly.Module(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
    const thrown = [];
    for (const source of [...wrong, empty]) {
      thrown.push(
        await init(source).then(
          () => "nothing",
          (error) => (error instanceof WebAssembly.CompileError ? error.name : errorName(error)),
        ),
      );
    }
    const early = outcome(() => new Slim(address("/echo", tag)));
    const together = await Promise.all([init(), init()]);
    await init(null);
    const socket = new Slim(address("/echo", tag));
    await event(socket, "open");
    socket.close();
    return { thrown, early, together, end: await settled(socket) };
  }, newTag());
  const standard = new Set(["TypeError", "CompileError", "Own"]);
  assert.deepEqual(
    found.thrown.filter((name) => !standard.has(name)),
    [],
    `${found.thrown}`,
  );
  assert.deepEqual({ early: found.early, end: found.end }, { early: "TypeError", end: "clean" });
  await assertWorks(page);
});

stage.leavesNothing();
