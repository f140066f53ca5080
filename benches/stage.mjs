// What every measurement stands on: a server compiled for speed, a headless Chromium, and pages that have all contestants.

import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

import { launchChromium } from "../tests/browsers/launch.mjs";
import { Server } from "../tests/npm/server.mjs";
import { installLocked } from "../tests/package/locked.mjs";

const REPOSITORY = fileURLToPath(new URL("..", import.meta.url));
const HERE = fileURLToPath(new URL(".", import.meta.url));
/** The directory that pages are served from; the Rust contestants are in it, if they were built. */
const SITE = join(REPOSITORY, "target/bench");
const PEERS = join(SITE, "peers");
const PACKAGE = join(REPOSITORY, "dist");
/** What the name of an entry of ours stands for in a bundle. */
const ENTRIES = {
  "graceful-websocket": "index.js",
  "graceful-websocket/slim": "slim.js",
  "graceful-websocket/ws": "ws.js",
  "graceful-websocket/register": "register.js",
};
/** The contestants, and what the pages use of each. */
const MODULES = ["native", "graceful-websocket", "partysocket", "reconnecting-websocket"];
const IN_PAGE = ["closers", "first-use", "many"].map((name) => `in-page/${name}.mjs`);
const EMPTY_PAGE = "<!doctype html><title>Benchmark</title>";
const MS_PER_SECOND = 1_000;

export class Stage {
  /** The misbehaving server. */
  server;
  #browser;

  static async open() {
    const stage = new Stage();
    await installLocked("peers", join(HERE, "peers"), PEERS);
    await mkdir(join(SITE, "js"), { recursive: true });
    await writeFile(join(SITE, "index.html"), EMPTY_PAGE);
    await writeFile(join(SITE, "js/empty.js"), "export {};");
    await cp(join(PACKAGE, "index.js"), join(SITE, "js/package.js"));
    const entryPoints = [...MODULES.map((name) => `contestants/${name}.mjs`), ...IN_PAGE];
    await bundle({
      entryPoints: entryPoints.map((file) => join(HERE, file)),
      outdir: join(SITE, "js"),
      entryNames: "[name]",
    });
    stage.server = await Server.start(SITE, { profile: "release" });
    stage.#browser = await launchChromium();
    return stage;
  }

  async close() {
    await this.#browser?.close();
    await this.server?.end();
  }

  get browserVersion() {
    return this.#browser.version();
  }

  /** The URL of a WebSocket path of the server. */
  url(path) {
    return this.server.address.replace("http", "ws") + path;
  }

  /** A page in a process of its own, with nothing in its cache. */
  async page() {
    const context = await this.#browser.newContext();
    const page = await context.newPage();
    const protocol = await context.newCDPSession(page);
    // The time of the thread and not of the clock: what else the machine does is not in it.
    await protocol.send("Performance.enable", { timeDomain: "threadTicks" });
    await page.goto(this.server.address);
    return new Page(context, page, protocol);
  }

  /** Uses a page, and closes it. */
  async withPage(use) {
    const page = await this.page();
    try {
      return await use(page);
    } finally {
      await page.close();
    }
  }
}

class Page {
  #context;
  #page;
  #protocol;

  constructor(context, page, protocol) {
    this.#context = context;
    this.#page = page;
    this.#protocol = protocol;
  }

  /** Calls a function of a module of the site. */
  call(module, name, ...args) {
    return this.#page.evaluate(
      async ([module, name, args]) => {
        const imported = await import(module);
        await imported.default?.();
        return imported[name](...args);
      },
      [module, name, args],
    );
  }

  /** Runs the function in the page. */
  run(script, argument) {
    return this.#page.evaluate(script, argument);
  }

  /** How long the page's main thread has computed since the page began, in milliseconds. */
  async cpuMs() {
    const { metrics } = await this.#protocol.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration").value * MS_PER_SECOND;
  }

  /** The bytes of JavaScript's heap that are in use after a garbage collection. */
  async heapBytes() {
    // What one collection frees can free more in the next.
    await this.#protocol.send("HeapProfiler.collectGarbage");
    await this.#protocol.send("HeapProfiler.collectGarbage");
    return (await this.#protocol.send("Runtime.getHeapUsage")).usedSize;
  }

  /** The CPU profile of the page during this. */
  async profile(intervalUs, during) {
    await this.#protocol.send("Profiler.enable");
    await this.#protocol.send("Profiler.setSamplingInterval", { interval: intervalUs });
    await this.#protocol.send("Profiler.start");
    await during();
    return (await this.#protocol.send("Profiler.stop")).profile;
  }

  close() {
    return this.#context.close();
  }
}

/** What esbuild makes of this for browsers, with the packages that are measured at hand. */
export function bundle(options) {
  const alias = Object.fromEntries(
    Object.entries(ENTRIES).map(([name, file]) => [name, join(PACKAGE, file)]),
  );
  return build({
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    alias,
    nodePaths: [join(PEERS, "node_modules")],
    logLevel: "warning",
    ...options,
  });
}

/** A peer, for Node. */
export const load = createRequire(join(PEERS, "package.json"));

/** The versions of the peers, by name. */
export async function peerVersions() {
  return JSON.parse(await readFile(join(HERE, "peers/package.json"), "utf8")).dependencies;
}

/** What was built of this name for the Rust contestants; null if they were not built. */
export async function rustManifest(name) {
  const text = await readFile(join(SITE, "rust", name), "utf8").catch(() => null);
  return JSON.parse(text);
}
