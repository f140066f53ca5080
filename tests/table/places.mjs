// Where rows are measured: the engines in a page, the runtimes in a program. A place has a `name`, and a
// `version` when it has started.

import { launchBrowser } from "../browsers/launch.mjs";
import { keepUncaughtErrors } from "../browsers/uncaught.mjs";
import { WITH_WEBSOCKET, WITH_WS } from "../package/runtimes.mjs";
import { versionOf } from "../package/workshop.mjs";
import { CLOSE } from "./behaviours.mjs";
import { poll } from "./poll.mjs";

/** How late the events may be of connections that have ended. */
const ROOM_MS = 10_000;

class Engine {
  #browser;
  #page;

  constructor(name, engine) {
    this.name = name;
    this.engine = engine;
  }

  async start(_workshop, _directory, origin, rows) {
    this.#browser = await launchBrowser(this.engine);
    this.#page = await this.#browser.newPage();
    await this.#page.addInitScript(keepUncaughtErrors);
    await this.#page.goto(`${origin}/measure.html`);
    this.version = this.#browser.version();
    await this.#page.evaluate((what) => globalThis.table.measure(what), { rows, args: CLOSE });
  }

  records() {
    return this.#page.evaluate(() => globalThis.table.records());
  }

  /** Waits until no event can come any more, all connections having ended. */
  async finish() {
    await poll(() => this.#page.evaluate(() => globalThis.table.isOver()), Date.now() + ROOM_MS);
    const uncaught = await this.#page.evaluate(() => uncaughtErrors);
    if (uncaught.length > 0) {
      throw new Error(`errors in the page of ${this.name}: ${uncaught.join("; ")}`);
    }
  }

  close() {
    return this.#browser?.close();
  }
}

class Runtime {
  #program;
  #className;

  constructor({ name, tool, command, isCut = false }, className) {
    Object.assign(this, { name, tool, command, isCut });
    this.#className = className;
  }

  async start(workshop, directory, _origin, rows) {
    this.version = await versionOf(this.tool);
    const [program, ...args] = this.command;
    const what = JSON.stringify({ rows, args: CLOSE, className: this.#className });
    this.#program = workshop.start(directory, program, [...args, "measure-program.mjs", what]);
  }

  async records() {
    const records = this.#program
      .fullLines()
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line));
    return [...new Map(records.map((record) => [record.id, record])).values()];
  }

  /** Waits until the program has ended by itself. */
  finish() {
    return this.#program.end();
  }

  close() {
    return this.#program?.kill();
  }
}

export const engines = () => [
  new Engine("Chromium", "chromium"),
  new Engine("Firefox ESR", "firefox"),
  new Engine("WebKitGTK", "webkit"),
];

export const runtimes = () => [
  ...WITH_WEBSOCKET.map((runtime) => new Runtime(runtime, "own")),
  new Runtime(WITH_WS, "ws"),
];
