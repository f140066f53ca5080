// The rows of the bundlers: what they make of a consumer works in a page.

import assert from "node:assert/strict";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { load, tool } from "../workshop.mjs";

const OUT = "out";
const PAGE = '<!doctype html><title>Consumer</title><script type="module" src="./main.js"></script>';

/** A bundle with nothing in it may still have so many bytes. */
const NOTHING_BYTES = 200;

/** The bundlers that make `out/main.js` of an entry. */
const BUNDLERS = {
  webpack: bundleByWebpack,
  "@rspack/core": bundleByWebpack,
  rollup: bundleByRollup,
  esbuild: bundleByEsbuild,
};

const VITES = ["vite-8", "vite-7"];

export const rows = [
  ...VITES.flatMap((vite) => [
    { name: "build", tool: vite, run: (workshop) => buildByVite(workshop, vite, "main") },
    { name: "development server", tool: vite, run: (workshop) => serveByVite(workshop, vite, "main") },
  ]),
  ...Object.keys(BUNDLERS).map((name) => bundled("build", name, "main")),
  { name: "build", tool: "parcel", run: (workshop) => buildByParcel(workshop, "main") },
  {
    name: "slim, packageExports",
    tool: "parcel",
    // Without the setting it finds no entry but the first.
    run: (workshop) =>
      buildByParcel(workshop, "slim", { "@parcel/resolver-default": { packageExports: true } }),
  },
  ...["slim", "slim-core"].flatMap((entry) => [
    bundled(entry, "webpack", entry),
    bundled(entry, "@rspack/core", entry),
    { name: entry, tool: "vite-8", run: (workshop) => buildByVite(workshop, "vite-8", entry) },
    { name: entry, tool: "vite-7", run: (workshop) => buildByVite(workshop, "vite-7", entry) },
  ]),
  {
    name: "slim, development server",
    tool: "vite-8",
    run: (workshop) => serveByVite(workshop, "vite-8", "slim"),
  },
  // They leave `new URL("./core.wasm", import.meta.url)` as it is, and the file where it was.
  ...["rollup", "esbuild"].map((name) => bundled("slim, core.wasm copied", name, "slim", copyCore)),
  ...["webpack", "rollup", "esbuild"].flatMap((name) => [
    bundled("register", name, "register"),
    bundled("js", name, "js"),
  ]),
  { name: "js", tool: "vite-8", run: (workshop) => buildByVite(workshop, "vite-8", "js") },
  ...["rollup", "esbuild", "webpack"].flatMap((name) => [
    unused("import without a name", name, 'import "graceful-websocket";'),
    unused("unused name", name, 'import { GracefulWebSocket } from "graceful-websocket";'),
    unused("unused name, js", name, 'import { GracefulWebSocket } from "graceful-websocket/js";'),
  ]),
];

function bundled(name, bundler, entry, finish = () => {}) {
  return {
    name,
    tool: bundler,
    async run(workshop) {
      const directory = await workshop.consumer();
      await BUNDLERS[bundler](directory, `${entry}.js`, load(bundler));
      await finish(directory);
      await workshop.assertPageWorks(await withPage(directory));
    },
  };
}

function unused(name, bundler, source) {
  return {
    name: `nothing left: ${name}`,
    tool: bundler,
    async run(workshop) {
      const directory = await workshop.consumer();
      await writeFile(join(directory, "unused.js"), source);
      await BUNDLERS[bundler](directory, "unused.js", load(bundler));
      const bundle = await readFile(join(directory, OUT, "main.js"), "utf8");
      assert.ok(
        bundle.length < NOTHING_BYTES,
        `the bundle has ${bundle.length} bytes: ${bundle.slice(0, 99)}`,
      );
      return `${bundle.length} bytes`;
    },
  };
}

/** Puts the core beside the bundle. */
function copyCore(directory) {
  const core = join(directory, "node_modules/graceful-websocket/dist/core.wasm");
  return copyFile(core, join(directory, OUT, "core.wasm"));
}

/** A directory with a page and what esbuild makes of the entry. */
export async function pageByEsbuild(directory, entry) {
  await bundleByEsbuild(directory, entry, load("esbuild"));
  return withPage(directory);
}

/** Adds a page to the bundle. The directory of both. */
async function withPage(directory) {
  await writeFile(join(directory, OUT, "index.html"), PAGE);
  return join(directory, OUT);
}

/** webpack, and Rspack, which has the same interface. */
async function bundleByWebpack(directory, entry, webpack) {
  const compiler = webpack({
    context: directory,
    mode: "production",
    entry: `./${entry}`,
    output: { path: join(directory, OUT), filename: "main.js" },
  });
  const stats = await promised((done) => compiler.run(done));
  await promised((done) => compiler.close(done));
  const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
  assert.deepEqual(
    [...errors, ...warnings].map(({ message }) => message),
    [],
  );
}

async function bundleByRollup(directory, entry, { rollup }) {
  const { nodeResolve } = load("@rollup/plugin-node-resolve");
  const bundle = await rollup({
    input: join(directory, entry),
    plugins: [nodeResolve()],
    onwarn({ code, message }) {
      if (code !== "EMPTY_BUNDLE") {
        throw new Error(message);
      }
    },
  });
  await bundle.write({ file: join(directory, OUT, "main.js"), format: "esm" });
  await bundle.close();
}

async function bundleByEsbuild(directory, entry, esbuild) {
  const { warnings } = await esbuild.build({
    absWorkingDir: directory,
    entryPoints: [entry],
    bundle: true,
    format: "esm",
    outfile: join(OUT, "main.js"),
    logLevel: "silent",
  });
  // That an import without a name leaves nothing is what its row is about.
  assert.deepEqual(
    warnings.filter(({ id }) => id !== "ignored-bare-import"),
    [],
  );
}

async function buildByVite(workshop, vite, entry) {
  const directory = await pageConsumer(workshop, entry);
  await workshop.run(directory, process.execPath, [viteProgram(vite), "build", "--outDir", OUT]);
  await workshop.assertPageWorks(join(directory, OUT));
}

async function serveByVite(workshop, vite, entry) {
  const directory = await pageConsumer(workshop, entry);
  const args = [viteProgram(vite), "--host", "127.0.0.1", "--port", "0"];
  await workshop.serving(directory, process.execPath, args, (address) =>
    workshop.assertPageWorksAt(`${address}/`),
  );
}

async function buildByParcel(workshop, entry, settings = {}) {
  const directory = await pageConsumer(workshop, entry, settings);
  const args = [join(tool("parcel"), "lib/bin.js"), "build", "index.html", "--dist-dir", OUT, "--no-cache"];
  await workshop.run(directory, process.execPath, args);
  await workshop.assertPageWorks(join(directory, OUT));
}

/** A consumer with a page that loads the entry. */
async function pageConsumer(workshop, entry, settings) {
  const directory = await workshop.consumer({ settings });
  await writeFile(join(directory, "index.html"), PAGE.replace("main", entry));
  return directory;
}

function viteProgram(vite) {
  return join(tool(vite), "bin/vite.js");
}

function promised(call) {
  return new Promise((resolve, reject) => {
    call((error, value) => (error ? reject(error) : resolve(value)));
  });
}
