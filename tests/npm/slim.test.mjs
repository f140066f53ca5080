// The core as a file of its own (graceful-websocket/slim): what init() takes, and what it says of what it cannot get.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { closesReceived } from "./server.mjs";
import { newTag, PACKAGE, setStage } from "./stage.mjs";

const FRAME = { code: 3000, reason: "done" };
const NOT_FOUND = 404;

const stage = setStage();

/** What init() takes, by what makes it in the page. */
const SOURCES = {
  "a URL": 'new URL("/elsewhere.wasm", location.href)',
  "a URL as a string": "location.origin + '/elsewhere.wasm'",
  "a URL as a string that is relative to the page": '"/elsewhere.wasm"',
  "a Response": 'await fetch("/elsewhere.wasm")',
  "a promise of a Response": 'fetch("/elsewhere.wasm")',
  bytes: 'await (await fetch("/elsewhere.wasm")).arrayBuffer()',
  "a view of bytes": 'new Uint8Array(await (await fetch("/elsewhere.wasm")).arrayBuffer())',
  "a module": 'await WebAssembly.compile(await (await fetch("/elsewhere.wasm")).arrayBuffer())',
};

/** What it cannot get. */
const MISSING = {
  "the file beside the module": "",
  "a URL": 'new URL("/core.wasm", location.href)',
  "a URL as a string": '"/core.wasm"',
  "a Response": 'await fetch("/core.wasm")',
  "a promise of a Response": 'fetch("/core.wasm")',
};

/** A page with `slim`, which does not have its core beside it. */
async function slimPage(t) {
  await stage.serve("elsewhere.wasm", await readFile(join(PACKAGE, "core.wasm")));
  await stage.serve("slim.js", await readFile(join(PACKAGE, "slim.js")));
  const page = await stage.page(t);
  await page.run(async () => {
    globalThis.slim = await import("/slim.js");
  });
  return page;
}

/** Calls init() in the page; what it is rejected with, if it is. */
function init(page, source) {
  const call = `(async () => slim.init(${source}))().then(() => null, ({ name, message }) => ({ name, message }))`;
  // biome-ignore lint/security/noGlobalEval: a call in the words of the test
  return page.run((call) => globalThis.eval(call), call);
}

/** Closes a socket of /slim in the page, against a peer that answers. */
async function assertCloses(page) {
  const tag = newTag();
  const outcome = await page.run(
    async ([tag, { code, reason }]) => {
      const socket = new slim.GracefulWebSocket(address("/echo", tag));
      await event(socket, "open");
      return (await socket.close(code, reason)).outcome;
    },
    [tag, FRAME],
  );
  assert.equal(outcome, "clean");
  assert.deepEqual(closesReceived(await stage.server.connection(tag, "ended")), [FRAME]);
}

for (const [name, source] of Object.entries(SOURCES)) {
  test(`init() takes ${name}`, async (t) => {
    const page = await slimPage(t);
    assert.equal(await init(page, source), null);
    await assertCloses(page);
  });
}

test("init() takes the file beside the module, if it is given nothing", async (t) => {
  const page = await stage.page(t);
  await page.run(async () => {
    globalThis.slim = await import("/dist/slim.js");
  });
  assert.equal(await init(page, ""), null);
  await assertCloses(page);
});

for (const [name, source] of Object.entries(MISSING)) {
  test(`init() of ${name} that is not there says so by status and URL, and may be tried again`, async (t) => {
    const page = await slimPage(t);
    const { name, message } = await init(page, source);
    assert.equal(name, "TypeError");
    assert.ok(message.includes(`${NOT_FOUND}`), message);
    assert.ok(message.includes(`${stage.server.address}/core.wasm`), message);
    assert.equal(await init(page, '"/elsewhere.wasm"'), null);
    await assertCloses(page);
  });
}

stage.leavesNothing();
