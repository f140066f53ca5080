// The row of the tarball: exactly these files, and nothing in them of the machine that they were made on.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";

import { REPOSITORY } from "../workshop.mjs";

const FILES = [
  "CHANGELOG.md",
  "LICENSE-APACHE",
  "LICENSE-MIT",
  "README.md",
  "dist/closing/core-separate.d.ts",
  "dist/core.wasm",
  "dist/core.wasm.d.ts",
  "dist/graceful-websocket.global.js",
  "dist/graceful-websocket.global.js.map",
  "dist/index.cjs",
  "dist/index.cjs.map",
  "dist/index.d.cts",
  "dist/index.d.ts",
  "dist/index.js",
  "dist/index.js.map",
  "dist/js.cjs",
  "dist/js.cjs.map",
  "dist/js.d.cts",
  "dist/js.d.ts",
  "dist/js.js",
  "dist/js.js.map",
  "dist/register.d.ts",
  "dist/register.js",
  "dist/register.js.map",
  "dist/slim.d.ts",
  "dist/slim.js",
  "dist/slim.js.map",
  "dist/types.d.cts",
  "dist/types.d.ts",
  "dist/ws.cjs",
  "dist/ws.cjs.map",
  "dist/ws.d.cts",
  "dist/ws.d.ts",
  "dist/ws.js",
  "dist/ws.js.map",
  "package.json",
];

const REGISTRY_HOST = "(index\\.crates\\.io|registry\\.npmjs)";

export const rows = [
  {
    name: "the files in the tarball",
    async run({ packed, installed }) {
      assert.deepEqual(packed.files.map(({ path }) => path).sort(), FILES);
      for (const file of FILES) {
        assertOfNoMachine(file, await readFile(join(installed, file), "latin1"));
      }
    },
  },
];

/** The core stands in other files too, as text; it is looked at where it is a file. */
function assertOfNoMachine(file, content) {
  for (const place of [REPOSITORY, homedir(), tmpdir(), REGISTRY_HOST]) {
    const [found] = new RegExp(`.{0,20}${place}.{0,50}`).exec(content) ?? [];
    assert.equal(found, undefined, `${file} tells of the machine that built it: ${found}`);
  }
  if (file.endsWith(".map")) {
    assertWithinRepository(file, JSON.parse(content));
  }
}

/** A source map tells of sources by their path from the repository, and carries them. */
function assertWithinRepository(file, { sources, sourcesContent, sourceRoot }) {
  assert.equal(sourceRoot ?? "", "");
  for (const [index, source] of sources.entries()) {
    const path = normalize(join(dirname(file), source));
    assert.match(path, /^(js|target\/core)\//, `${file} maps to ${source}`);
    assert.equal(typeof sourcesContent?.[index], "string", `${file} does not carry ${source}`);
  }
}
