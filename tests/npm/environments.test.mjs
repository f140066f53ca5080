// Where the package runs, and what it does there before it is used: nothing.
//
// - importing: in a page, and in Node, which may have no WebSocket
// - in a dedicated worker
// - `await using`

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

import { transform } from "esbuild";

import { ABNORMAL, assertReport, assertWire, SERVER } from "./ending.mjs";
import { engine } from "./engines.mjs";
import { closesReceived } from "./server.mjs";
import { CORE, ENTRY, newTag, setStage } from "./stage.mjs";

const CLOSE_TIMEOUT_MS = 100;
const FRAME = { code: 3000, reason: "done" };
const CLEAN = {
  ...FRAME,
  wasClean: true,
  outcome: "clean",
  phase: "handshake",
  initiator: "local",
  sent: FRAME,
};
/** How often something is compiled, however many sockets there are. */
const COMPILED = CORE === "webassembly" ? 1 : 0;
const NO_BODY = { code: null, reason: "" };

const stage = setStage();

/** Runs in the page before anything else: counts whatever the package might do. */
function countSideEffects() {
  globalThis.counts = {};
  const count = (owner, name) => {
    counts[name] = 0;
    owner[name] = new Proxy(owner[name], {
      apply(...call) {
        counts[name] += 1;
        return Reflect.apply(...call);
      },
      construct(...call) {
        counts[name] += 1;
        return Reflect.construct(...call);
      },
    });
  };
  for (const name of ["Module", "Instance", "compile", "instantiate"]) {
    count(WebAssembly, name);
  }
  for (const name of ["WebSocket", "MessageChannel", "Worker", "setTimeout", "setInterval", "fetch"]) {
    count(globalThis, name);
  }
  count(EventTarget.prototype, "addEventListener");
}

test("importing compiles, opens, arms and listens to nothing; the first socket compiles, if anything does, the second does not", async (t) => {
  const page = await stage.emptyPage(t, countSideEffects);
  const { names, imported, once, twice } = await page.run(async (origin) => {
    const before = { ...counts };
    const { GracefulWebSocket } = await import("/dist/index.js");
    // The driver of a browser may have called some before.
    const imported = Object.entries(counts).map(([name, calls]) => [name, calls - before[name]]);
    const openAndClose = async () => {
      const socket = new GracefulWebSocket(`${origin.replace("http", "ws")}/echo`);
      socket.close();
      await socket.closed;
      return { Module: counts.Module, Instance: counts.Instance };
    };
    const names = Object.keys(globalThis).filter((name) => /graceful|wasm/i.test(name));
    return { names, imported, once: await openAndClose(), twice: await openAndClose() };
  }, stage.server.address);
  assert.deepEqual(names, [], "globals");
  for (const [name, calls] of imported) {
    assert.equal(calls, 0, `calls of ${name}`);
  }
  assert.deepEqual(once, { Module: COMPILED, Instance: COMPILED });
  assert.deepEqual(twice, once);
});

test("in a Node without WebSocket it can be imported; constructing says what to do instead", async () => {
  const script = `
    delete globalThis.WebSocket;
    const { GracefulWebSocket } = await import(process.argv[1]);
    try {
      new GracefulWebSocket("ws://127.0.0.1");
    } catch ({ name, message }) {
      console.log(JSON.stringify({ name, message }));
    }
  `;
  const address = pathToFileURL(ENTRY).href;
  const node = [process.execPath, ["--input-type=module", "--eval", script, address]];
  const { stdout } = await promisify(execFile)(...node);
  const { name, message } = JSON.parse(stdout);
  assert.equal(name, "TypeError");
  assert.match(message, /withGracefulClose/);
});

test("in a dedicated worker: closes cleanly, and times out", async (t) => {
  await stage.serve(
    "worker.mjs",
    `import { GracefulWebSocket } from "/dist/index.js";
    onmessage = async ({ data: { url, closeTimeout, close } }) => {
      const socket = new GracefulWebSocket(url, { closeTimeout });
      const events = [];
      for (const type of ["open", "error", "close"]) {
        socket.addEventListener(type, () => events.push(type + " " + socket.readyState));
      }
      await new Promise((resolve) => socket.addEventListener("open", resolve));
      const report = await socket.close(...close);
      postMessage({ events, report });
    };`,
  );
  const page = await stage.page(t);
  const timedOut = { ...CLEAN, ...ABNORMAL, outcome: "timed-out", elapsed: CLOSE_TIMEOUT_MS };
  for (const [path, expected, until] of [
    ["/echo", CLEAN, "ended"],
    ["/silent", timedOut, "closing"],
  ]) {
    const tag = newTag();
    const { events, report } = await page.run(
      async ([path, tag, closeTimeout, close]) => {
        const worker = new Worker("/worker.mjs", { type: "module" });
        worker.postMessage({ url: address(path, tag).href, closeTimeout, close });
        const { data } = await event(worker, "message");
        worker.terminate();
        return data;
      },
      [path, tag, CLOSE_TIMEOUT_MS, [FRAME.code, FRAME.reason]],
    );
    assert.deepEqual(events, ["open 1", "close 3"]);
    assertReport(report, expected);
    assert.deepEqual(closesReceived(await stage.server.connection(tag, until)), [FRAME]);
  }
});

const AWAIT_USING = `
  export async function useInBlock(open) {
    let leaked;
    {
      await using socket = await open();
      leaked = socket;
    }
    return leaked.closeReport;
  }
`;

test("await using closes at the end of the block, and waits for it", async (t) => {
  // An engine that does not know the syntax gets what a bundler makes of it.
  const lowered = await transform(AWAIT_USING, { target: "es2022" });
  await stage.serve("await-using.mjs", engine.knowsAwaitUsing ? AWAIT_USING : lowered.code);
  const page = await stage.page(t);
  const isKnown = await page.run(
    () => thrown(() => new Function("(async () => { await using it = null; })")) === null,
  );
  assert.equal(isKnown, engine.knowsAwaitUsing);
  const tag = newTag();
  const { outcome } = await page.run(async (tag) => {
    const { useInBlock } = await import("/await-using.mjs");
    return useInBlock(() => open("/late?ms=50", tag));
  }, tag);
  assert.equal(outcome, "clean");
  assertWire(await stage.server.connection(tag, "ended"), { closes: [NO_BODY], endedBy: SERVER });
});

stage.leavesNothing();
