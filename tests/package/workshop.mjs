// Where the rows are tried out: the package as it is published, the pinned tools, directories for the consumers, and
// pages and programs that run them.

import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { launchChromium } from "../browsers/launch.mjs";
import { Server } from "../npm/server.mjs";
import { assertCut, assertExercised, assertWires } from "./exercised.mjs";
import { installLocked, npm } from "./locked.mjs";
import { Program } from "./program.mjs";

export const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
const HERE = fileURLToPath(new URL(".", import.meta.url));
const PACKAGE = "node_modules/graceful-websocket";
const TOOLS = join(REPOSITORY, "target/package-tools");

/** After so long, a program or a page that has not ended never will. */
const HANGS_AFTER_MS = 120_000;
const PAGE_HANGS_AFTER_MS = 20_000;

/** Keeps the tools quiet, at home, and off the network. */
const ENVIRONMENT = {
  ...process.env,
  NO_COLOR: "1",
  CI: "1",
  NEXT_TELEMETRY_DISABLED: "1",
  PARCEL_DISABLE_CACHE: "1",
  DENO_NO_UPDATE_CHECK: "1",
  DO_NOT_TRACK: "1",
};

const run = promisify(execFile);

export class Workshop {
  /** The tarball. */
  tarball;
  /** What `npm pack` says of it. */
  packed;
  /** The package as npm installs it. */
  installed;
  #directory;
  #browser;

  static async open() {
    const workshop = new Workshop();
    workshop.#directory = await mkdtemp(join(tmpdir(), "graceful-websocket-"));
    try {
      await installLocked("tools", join(HERE, "tools"), TOOLS);
      await workshop.#pack();
      workshop.#browser = await launchChromium();
    } catch (error) {
      await workshop.close();
      throw error;
    }
    return workshop;
  }

  async close() {
    await this.#browser?.close();
    await rm(this.#directory, { recursive: true, force: true, maxRetries: 3 });
  }

  async #pack() {
    const { stdout } = await npm(REPOSITORY, "pack", "--json", "--pack-destination", this.#directory);
    const [packed] = Object.values(JSON.parse(stdout));
    this.packed = packed;
    this.tarball = join(this.#directory, packed.filename);
    const directory = join(this.#directory, "installed");
    await mkdir(directory);
    await writeFile(join(directory, "package.json"), manifest({}));
    await npm(directory, "install", "--offline", this.tarball);
    this.installed = join(directory, PACKAGE);
  }

  /**
   * A directory with the package installed, and every source of `consumer/`.
   *
   * @param links Tools to link to.
   * @param copies Tools to copy.
   * @param settings What else its `package.json` says.
   */
  async consumer({ links = [], copies = [], settings = {} } = {}) {
    const directory = await mkdtemp(join(this.#directory, "consumer-"));
    await cp(join(HERE, "consumer"), directory, { recursive: true });
    await cp(this.installed, join(directory, PACKAGE), { recursive: true });
    await writeFile(join(directory, "package.json"), manifest({ type: "module", ...settings }));
    await link(directory, links);
    for (const name of copies) {
      await cp(tool(name), join(directory, "node_modules", name), { recursive: true });
    }
    return directory;
  }

  /** A directory with an example as it is, the package installed, and links to the tools that it asks for. */
  async example(name) {
    const directory = await mkdtemp(join(this.#directory, "example-"));
    const isSource = (path) => !/[\\/](node_modules|dist|package-lock\.json)$/.test(path);
    await cp(join(REPOSITORY, "examples", name), directory, { recursive: true, filter: isSource });
    await cp(this.installed, join(directory, PACKAGE), { recursive: true });
    const { dependencies, devDependencies } = await manifestOf(directory);
    const { "graceful-websocket": _, ...tools } = { ...dependencies, ...devDependencies };
    await link(directory, Object.keys(tools));
    return directory;
  }

  /** Runs a program in the directory until it has ended by itself. */
  run(directory, program, args) {
    const env = this.#environment();
    return run(program, args, { cwd: directory, env, timeout: HANGS_AFTER_MS, maxBuffer: Infinity });
  }

  /** Starts a program that serves, for as long as `use` takes, which gets the address that the program prints. */
  async serving(directory, program, args, use) {
    const child = this.start(directory, program, args);
    try {
      return await use(await child.firstMatch(/http:\/\/[\w.]+:\d+/));
    } finally {
      await child.kill();
    }
  }

  /** Starts a program in the directory. */
  start(directory, program, args) {
    return new Program(program, args, { cwd: directory, env: this.#environment() });
  }

  #environment() {
    return { ...ENVIRONMENT, DENO_DIR: join(this.#directory, "deno"), HOME: this.#directory };
  }

  /** Asserts that the page in the directory, as the misbehaving server serves it, closes as it should. */
  async assertPageWorks(directory, path = "/") {
    await withServer(directory, (server) => this.#assertWorksAt(server.address + path, server));
  }

  /** The same of a page that something else serves. */
  async assertPageWorksAt(address) {
    await withServer(this.#directory, (server) => this.#assertWorksAt(address, server));
  }

  async #assertWorksAt(address, server) {
    assertExercised(await this.resultOf(address, websocketAddress(server)));
    await assertWires(server);
  }

  /**
   * Asserts that the program closes as it should, and ends by itself.
   *
   * @param isCut Whether its WebSocket can be cut off. One that cannot keeps the program alive for as long as the server
   * keeps the connection open, and no package can change that.
   */
  async assertProgramWorks(directory, program, args, { isCut = false } = {}) {
    const server = await Server.start(directory);
    const child = this.start(directory, program, [...args, websocketAddress(server)]);
    try {
      const result = await child.firstMatch(/^\{.*/);
      assertExercised(JSON.parse(result));
      await assertWires(server);
      if (isCut) {
        await child.end();
        await assertCut(server);
      }
    } finally {
      await server.end();
      await child.end();
    }
  }

  /**
   * What the page leaves in `globalThis.result`; if it leaves nothing, an error with all that went wrong in it.
   *
   * @param functions What the page can call, by its name there.
   * @param warnings Gets what the page warns of on its console.
   */
  async resultOf(address, server, { functions = {}, warnings = [] } = {}) {
    const { page, problems } = await this.newPage();
    page.on("console", (line) => line.type() === "warning" && warnings.push(line.text()));
    try {
      for (const [name, call] of Object.entries(functions)) {
        await page.exposeFunction(name, call);
      }
      await page.goto(`${address}?server=${encodeURIComponent(server)}`);
      return await page.evaluate(awaitResult, PAGE_HANGS_AFTER_MS);
    } catch (error) {
      throw new Error([error.message, ...problems].join("\n"), { cause: error });
    } finally {
      await page.close();
    }
  }

  /** A page, and the list of all that goes wrong in it. */
  async newPage() {
    const page = await this.#browser.newPage();
    const problems = [];
    page.on("pageerror", ({ message }) => problems.push(message));
    page.on("console", (line) => line.type() === "error" && problems.push(line.text()));
    return { page, problems };
  }
}

/** Links to the named tools, and to their programs, as npm makes them. */
async function link(directory, names) {
  const modules = join(directory, "node_modules");
  await mkdir(join(modules, ".bin"), { recursive: true });
  for (const name of names) {
    await mkdir(join(modules, name, ".."), { recursive: true });
    await symlink(tool(name), join(modules, name));
    const { bin = {} } = await manifestOf(tool(name));
    const programs = typeof bin === "string" ? { [name]: bin } : bin;
    for (const [program, path] of Object.entries(programs)) {
      await symlink(join(tool(name), path), join(modules, ".bin", program));
    }
  }
}

/** In the page: waits for the result, without anything that a Content-Security-Policy forbids. */
function awaitResult(hangsAfterMs) {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("the page has no result")), hangsAfterMs);
    const look = () => (globalThis.result ? resolve(globalThis.result) : setTimeout(look));
    look();
  });
}

/** The directory of a tool, by its name in `tools/package.json`. */
export function tool(name) {
  return join(TOOLS, "node_modules", name);
}

/** A tool's JavaScript interface. */
export function load(name) {
  return createRequire(join(TOOLS, "package.json"))(name);
}

/** The version of a tool, or of a package that all tests of the repository have. */
export async function versionOf(name) {
  const own = () => manifestOf(join(REPOSITORY, "node_modules", name));
  return (await manifestOf(tool(name)).catch(own)).version;
}

/** What the package.json in the directory says. */
export async function manifestOf(directory) {
  return JSON.parse(await readFile(join(directory, "package.json"), "utf8"));
}

/** A misbehaving server that serves the directory, for as long as `use` takes. */
export async function withServer(directory, use) {
  const server = await Server.start(directory);
  try {
    return await use(server);
  } finally {
    await server.end();
  }
}

export function websocketAddress(server) {
  return server.address.replace("http", "ws");
}

function manifest(fields) {
  return JSON.stringify({ name: "consumer", version: "1.0.0", private: true, ...fields });
}
