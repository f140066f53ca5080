// What every test file stands on: a misbehaving server, a browser, and pages on the server's origin that have the
// package as it is published.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { launchBrowser } from "../browsers/launch.mjs";
import { keepUncaughtErrors } from "../browsers/uncaught.mjs";
import { Server } from "./server.mjs";

/** The package under test; the environment may name another build of it. */
export const PACKAGE =
  process.env.GRACEFUL_WEBSOCKET_DIST ?? fileURLToPath(new URL("../../dist", import.meta.url));

/** The form of the core: WebAssembly, as in the first entry, or, as in `/js`, the same in JavaScript. */
export const CORE = process.env.GRACEFUL_WEBSOCKET_CORE ?? "webassembly";

/** The file under test, by the form of the core. Pages get it under the name of the first entry. */
const ENTRIES = { webassembly: "index.js", javascript: "js.js" };
export const ENTRY = join(PACKAGE, ENTRIES[CORE]);

/** How late something may be on a busy machine. */
export const ROOM_MS = 2_000;

/** After so long, a page that has not answered never will, unless it is known to take longer. */
const HANGS_AFTER_MS = 30_000;

const EMPTY_PAGE = "<!doctype html><title>Test</title>";

/** Sets up a server and a browser before the tests of the file, and takes them down after them. */
export function setStage(launch = launchBrowser) {
  const stage = new Stage(launch);
  before(() => stage.open());
  after(() => stage.close());
  return stage;
}

class Stage {
  /** The misbehaving server. */
  server;
  #launch;
  #browser;
  #directory;

  constructor(launch) {
    this.#launch = launch;
  }

  async open() {
    this.#directory = await mkdtemp(join(tmpdir(), "graceful-websocket-"));
    await mkdir(join(this.#directory, "dist"));
    await cp(PACKAGE, join(this.#directory, "dist"), { recursive: true });
    await cp(ENTRY, join(this.#directory, "dist/index.js")); // names its own source map, which is there
    await cp(fileURLToPath(new URL("in-page.mjs", import.meta.url)), join(this.#directory, "in-page.mjs"));
    await writeFile(join(this.#directory, "index.html"), EMPTY_PAGE);
    this.server = await Server.start(this.#directory);
    this.#browser = await this.#launch();
  }

  async close() {
    await this.#browser?.close();
    await this.server?.end();
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** A file that pages can load. */
  async serve(name, content) {
    await writeFile(join(this.#directory, name), content);
  }

  /**
   * Tests that share one page, with more globals if there are `modules` of them; `declareTests` gets a function that returns
   * it. With `concurrency`, some run at once.
   */
  inOnePage(name, declareTests, { concurrency = 1, modules = [] } = {}) {
    describe(name, { concurrency }, () => {
      let page;
      before(async () => {
        page = await this.page(undefined, ...modules);
      });
      after(() => page.close());
      declareTests(() => page);
    });
  }

  /**
   * A page with the package and the globals of `in-page.mjs`, and those of more modules that lie beside it. It is closed after
   * the test `t`, if there is one.
   */
  async page(t, ...modules) {
    const page = await this.emptyPage(t);
    await page.run(() => import("/in-page.mjs"));
    for (const module of modules) {
      await this.serve(module, await readFile(new URL(module, import.meta.url)));
      await page.run(async (module) => {
        Object.assign(globalThis, await import(`/${module}`));
      }, module);
    }
    return page;
  }

  /** A page with nothing, in which `initially` runs before anything else. */
  async emptyPage(t, initially) {
    const native = await this.#browser.newPage();
    const page = new Page(native, this.server.address);
    t?.after(() => page.close());
    for (const script of [keepUncaughtErrors, initially]) {
      // Puppeteer's name for it is the other.
      await (native.addInitScript ?? native.evaluateOnNewDocument).call(native, script ?? (() => {}));
    }
    await native.goto(this.server.address);
    return page;
  }

  /** The last test of a file: with the browser gone, no connection is left. */
  leavesNothing() {
    test("no connection is left on the server", async () => {
      await this.#browser.close();
      const connections = await this.server.connections(undefined, "idle");
      assert.deepEqual(
        connections.filter(({ ended }) => ended === null),
        [],
      );
    });
  }
}

class Page {
  #native;
  #address;
  #closed;

  constructor(native, address) {
    this.#native = native;
    this.#address = address;
  }

  /** The messages of uncaught errors. */
  uncaught() {
    return this.run(() => uncaughtErrors);
  }

  /** Runs the function in the page, and returns what it returns or resolves with. */
  async run(script, argument, { hangsAfterMs = HANGS_AFTER_MS } = {}) {
    let timer;
    const hangs = new Promise((_, reject) => {
      const error = new Error(`the page has not answered for ${hangsAfterMs} ms: ${script}`);
      timer = setTimeout(() => reject(error), hangsAfterMs);
    });
    return Promise.race([this.#native.evaluate(script, argument), hangs]).finally(() => clearTimeout(timer));
  }

  /** Leaves the page for another of the server's. */
  goto(path) {
    return this.#native.goto(this.#address + path);
  }

  goBack() {
    return this.#native.goBack();
  }

  /** The page as the browser's driver has it. */
  get native() {
    return this.#native;
  }

  /** Chromium's own protocol, for what no page can tell. */
  protocol() {
    return this.#native.context().newCDPSession(this.#native);
  }

  /** Once: a test may close the page itself. */
  close() {
    this.#closed ??= this.#native.close();
    return this.#closed;
  }
}

/** A label by which a test finds its own connections in the server's log. */
export function newTag() {
  return randomUUID();
}

/** Asserts that something took its time, and not much more. */
export function assertTook(elapsedMs, deadlineMs) {
  assert.ok(elapsedMs >= deadlineMs, `${elapsedMs} ms is before the deadline of ${deadlineMs} ms`);
  assert.ok(elapsedMs < deadlineMs + ROOM_MS, `${elapsedMs} ms is long after ${deadlineMs} ms`);
}
