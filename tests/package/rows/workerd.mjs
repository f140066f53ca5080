// The rows of workerd, which compiles no WebAssembly but that which comes with the Worker, and where nothing that waits
// outlives a request by right.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { assertWires } from "../exercised.mjs";
import { load, websocketAddress, withServer } from "../workshop.mjs";

const COMPATIBILITY_DATE = "2026-07-01";
const CLOSE_TIMEOUT_MS = 300;
/** How late something may be on a busy machine. */
const ROOM_MS = 2_000;
const REQUESTS = 3;

const SENT = { code: 4000, reason: "bye" };
const LOCALLY = { initiator: "local", phase: "handshake", sent: SENT, unsentBytes: 0 };
const CLEAN = { ...SENT, wasClean: true, outcome: "clean", ...LOCALLY };
const TIMED_OUT = { code: 1006, reason: "", wasClean: false, outcome: "timed-out", ...LOCALLY };

export const rows = [
  row("js", "worker-js.js", assertWorks),
  row("slim, the core as a module of the Worker", "worker-slim.js", assertWorks),
  row("refused: the default entry", "worker-main.js", async (ask) => {
    const { message, cause } = await ask();
    assert.match(message, /^graceful-websocket could not compile.*graceful-websocket\/js/);
    assert.equal(cause, "CompileError");
  }),
];

function row(name, entry, assertIt) {
  return {
    name: `workerd, ${name}`,
    tool: "miniflare",
    async run(workshop) {
      const directory = await workshop.consumer();
      const miniflare = await start(directory, entry);
      try {
        await withServer(directory, (server) => assertIt(() => ask(miniflare, server), server));
      } finally {
        await miniflare.dispose();
      }
    },
  };
}

/** A Worker of the entry, bundled by esbuild, with the core beside it. */
async function start(directory, entry) {
  const { outputFiles } = await load("esbuild").build({
    absWorkingDir: directory,
    entryPoints: [entry],
    bundle: true,
    format: "esm",
    external: ["*.wasm"],
    write: false,
    logLevel: "silent",
  });
  const core = "graceful-websocket/core.wasm";
  const { Miniflare } = load("miniflare");
  return new Miniflare({
    compatibilityDate: COMPATIBILITY_DATE,
    modules: [
      { type: "ESModule", path: "worker.mjs", contents: outputFiles[0].text },
      {
        type: "CompiledWasm",
        path: core,
        contents: await readFile(join(directory, "node_modules/graceful-websocket/dist/core.wasm")),
      },
    ],
  });
}

async function ask(miniflare, server) {
  const query = new URLSearchParams({ server: websocketAddress(server) });
  const response = await miniflare.dispatchFetch(`http://worker/?${query}`);
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return JSON.parse(text);
}

/** One request after the other, and then some at once: they share the module, with all that it keeps. */
async function assertWorks(ask, server) {
  assertAnswer(await ask());
  await assertWires(server);
  assertAnswer(await ask());
  for (const answer of await Promise.all(Array.from({ length: REQUESTS }, () => ask()))) {
    assertAnswer(answer);
  }
}

function assertAnswer({ data, clean, timedOut }) {
  assert.equal(data, "hello");
  // Its own sockets have an error now and then, too, when the server ends TCP after the closing handshake.
  const events = clean.events.filter((event) => event !== "error 3");
  assert.deepEqual(events, ["open 1", "message 1", "close 3"]);
  assert.deepEqual(timedOut.events, ["open 1", "close 3"]);
  const { elapsed } = assertReport(timedOut.report, TIMED_OUT);
  assertReport(clean.report, CLEAN);
  assert.ok(elapsed >= CLOSE_TIMEOUT_MS && elapsed < CLOSE_TIMEOUT_MS + ROOM_MS, `after ${elapsed} ms`);
}

function assertReport({ timeConnecting, timeOpen, elapsed, ...report }, expected) {
  assert.deepEqual(report, expected);
  assert.ok(timeConnecting >= 0 && timeOpen >= 0, `${timeConnecting} ms connecting, ${timeOpen} ms open`);
  return { elapsed };
}
