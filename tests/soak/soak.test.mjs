// Ten thousand sockets in one page, opened and ended in every way: each ends as it should, once, and at every checkpoint
// the page, the core, the browser and the server hold what they held after the first thousand.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ENGINE } from "../browsers/launch.mjs";
import { countWhatIsHeld } from "../npm/held.mjs";
import { newTag, setStage } from "../npm/stage.mjs";

const SOCKETS = 10_000;
const CHECKPOINT_EVERY = 1_000;
/** What is run in one call. */
const BATCH = 500;
const AT_ONCE = 40;
/** Chromium makes a page wait that has more handshakes under way. */
const CONNECTING_AT_ONCE = 8;
/** The heap may breathe, but not keep 100 bytes a socket. */
const HEAP_ROOM_BYTES = 100 * (SOCKETS - CHECKPOINT_EVERY);

const stage = setStage();

/** Defines `soak`, which runs so many sockets, in turn one of each way to end. */
function defineWays() {
  const give = { closeTimeout: 20 };
  const close = (socket) => socket.close(3000, "done");
  const ways = [
    ["/echo", {}, close, "clean"],
    ["/close?code=4000&reason=bye", {}, null, "clean"],
    ["/close?code=none&after=5", {}, null, "clean"],
    ["/other", {}, close, "clean"],
    ["/late?ms=20", {}, close, "clean"],
    ["/late?ms=300", give, close, "timed-out"],
    ["/drop?on=close&after=300", give, close, "timed-out"],
    ["/reset?on=close&after=300", { closeTimeout: 0 }, close, "timed-out"],
    ["/no-fin", give, close, "timed-out"],
    ["/drop", {}, null, "unclean"],
    ["/reset", {}, null, "unclean"],
    ["/drop?on=close", {}, close, "unclean"],
    ["/reset?on=close", {}, close, "unclean"],
    ["/invalid-close", {}, close, "unclean"],
    ["/invalid-close?kind=bad-utf8&on=open", {}, null, "unclean"],
    ["/late?ms=100", {}, (socket) => socket.terminate(), "terminated"],
    ["/echo", {}, (socket) => socket[Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")](), "clean"],
    ["/echo", { disposable: true }, close, "clean"],
    ["/silent", { disposable: true, ...give }, close, "timed-out"],
    ["/silent", { disposable: true }, (socket) => socket.terminate(), "terminated"],
    ["/echo", {}, leaveLoop, "clean"],
    ["/echo", {}, abort, "clean"],
    ["/reject", {}, null, "never-opened"],
    ["/hang", { openTimeout: 1 }, null, "timed-out"],
    ["/echo", { isConnecting: true }, close, "never-opened"],
    ["/hang", { isConnecting: true }, close, "never-opened"],
    ["/echo", { isConnecting: true, signal: AbortSignal.abort() }, null, "never-opened"],
  ];

  async function leaveLoop(socket) {
    socket.send("message");
    for await (const _message of socket) {
      break;
    }
  }

  function abort(socket) {
    socket.controller.abort();
  }

  /** Resolves when fewer than so many others hold it. */
  const gate = { free: 0, waiting: [] };
  const enter = () => (gate.free-- > 0 ? null : new Promise((resolve) => gate.waiting.push(resolve)));
  const leave = () => {
    gate.free += 1;
    gate.waiting.shift()?.();
  };

  /** One socket, from the first to the last. What is wrong with its end, if anything. */
  async function run([path, { isConnecting, ...options }, end, expected], tag) {
    await enter();
    const controller = new AbortController();
    let socket;
    let closes = 0;
    try {
      socket = connect(path, tag, { signal: controller.signal, ...options });
      socket.controller = controller;
      socket.addEventListener("close", () => {
        closes += 1;
      });
      if (!isConnecting) {
        await Promise.race([event(socket, "open"), socket.closed]);
      }
    } finally {
      leave();
    }
    end?.(socket);
    const report = await socket.closed;
    const isTrue = (report.outcome === "clean") === report.wasClean && report === socket.closeReport;
    const found = { path, outcome: report.outcome, closes, isTrue, readyState: socket.readyState };
    const isRight = report.outcome === expected && closes === 1 && isTrue && socket.readyState === 3;
    return isRight ? null : { ...found, expected };
  }

  let begun = 0;
  globalThis.soak = async ([tag, count, atOnce, connectingAtOnce]) => {
    gate.free = connectingAtOnce;
    const last = begun + count;
    const wrong = [];
    const worker = async () => {
      while (begun < last) {
        begun += 1;
        const found = await run(ways[begun % ways.length], tag);
        if (found) {
          wrong.push(found);
        }
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    await laterTask();
    return wrong;
  };
}

/** What Chromium has for the page after a garbage collection. Other browsers do not tell. */
async function browserHolds(protocol) {
  await protocol?.send("HeapProfiler.collectGarbage");
  const { metrics } = (await protocol?.send("Performance.getMetrics")) ?? { metrics: [] };
  const { JSEventListeners, Nodes, Documents, Frames, JSHeapUsedSize } = Object.fromEntries(
    metrics.map(({ name, value }) => [name, value]),
  );
  return { objects: { JSEventListeners, Nodes, Documents, Frames }, heap: JSHeapUsedSize ?? 0 };
}

test(`${SOCKETS} sockets, in every way to end, leave nothing`, async (t) => {
  const page = await stage.emptyPage(t, countWhatIsHeld);
  await page.run(() => import("/in-page.mjs"));
  await page.run(defineWays);
  const protocol = ENGINE === "chromium" ? await page.protocol() : null;
  await protocol?.send("Performance.enable");
  const unused = await browserHolds(protocol);
  await page.run((tag) => {
    globalThis.one = connect("/hang", tag);
  }, newTag());
  const used = await browserHolds(protocol);
  if (protocol) {
    assert.ok(used.objects.JSEventListeners > unused.objects.JSEventListeners, "a socket's listeners count");
  }
  await page.run(() => one.close().then(() => Reflect.deleteProperty(globalThis, "one")));

  /** So many sockets; when the server has none of them left, what is held. */
  const soak = async (count) => {
    const tag = newTag();
    for (let done = 0; done < count; done += BATCH) {
      const wrong = await page.run(([...all]) => soak(all), [tag, BATCH, AT_ONCE, CONNECTING_AT_ONCE]);
      assert.deepEqual(wrong, []);
    }
    const connections = await stage.server.connections(tag, "idle");
    assert.ok(
      connections.every(({ ended }) => ended),
      "the server has none of them left",
    );
    await stage.server.forget(tag);
    const held = await page.run(() => held());
    return { held, ...(await browserHolds(protocol)) };
  };

  const first = await soak(CHECKPOINT_EVERY);
  const startedAt = performance.now();
  for (let done = CHECKPOINT_EVERY; done < SOCKETS; done += CHECKPOINT_EVERY) {
    const { held, objects, heap } = await soak(CHECKPOINT_EVERY);
    const growth = heap - first.heap;
    t.diagnostic(
      `${done + CHECKPOINT_EVERY} sockets: heap ${heap} bytes (${growth}), ${JSON.stringify(objects)}`,
    );
    assert.deepEqual({ held, objects }, { held: first.held, objects: first.objects });
    assert.ok(growth < HEAP_ROOM_BYTES, `the heap has grown by ${growth} bytes`);
  }
  t.diagnostic(`${Math.round((performance.now() - startedAt) / 1_000)} s, ${JSON.stringify(first.held)}`);
  assert.deepEqual(await page.uncaught(), []);
});

stage.leavesNothing();
