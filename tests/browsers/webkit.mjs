// WebKitGTK, driven by its WebDriver on a screen of its own, which nobody sees.
//
// Pages have the part of Playwright's interface that the tests use. Each is a browser of its own, with a driver of its
// own, since a driver has one session, and a session sends its commands to one window.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

import { Builder, Capabilities } from "selenium-webdriver";

const POLL_MS = 5;
const DRIVER_COMES_WITHIN_MS = 10_000;

/** A browser with the engine WebKitGTK; `driver` is the path of WebKitWebDriver. */
export async function launchWebKit(driver) {
  const browser = new WebKit();
  await browser.start(driver);
  return browser;
}

class WebKit {
  #driver;
  #screen;
  #display;
  #pages = new Set();
  #version;

  async start(driver) {
    this.#driver = driver;
    this.#screen = spawn("Xvfb", ["-displayfd", "3", "-nolisten", "tcp"], {
      stdio: ["ignore", "ignore", "ignore", "pipe"],
    });
    const [display] = await once(createInterface({ input: this.#screen.stdio[3] }), "line");
    this.#display = `:${display}`;
  }

  /** Known as soon as there has been a page. */
  version() {
    return this.#version;
  }

  async newPage() {
    const port = await freePort();
    const address = `http://127.0.0.1:${port}`;
    const driver = spawn(this.#driver, [`--port=${port}`, "--host=127.0.0.1"], {
      stdio: "ignore",
      env: {
        ...process.env,
        DISPLAY: this.#display,
        LIBGL_ALWAYS_SOFTWARE: "1",
        WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1",
      },
    });
    await isListening(address);
    const capabilities = new Capabilities({ browserName: "MiniBrowser" });
    const session = await new Builder().usingServer(address).withCapabilities(capabilities).build();
    this.#version = (await session.getCapabilities()).getBrowserVersion();
    const page = new WebKitPage(session, async () => {
      this.#pages.delete(page);
      await session.quit();
      await end(driver);
    });
    this.#pages.add(page);
    return page;
  }

  async close() {
    await Promise.all([...this.#pages].map((page) => page.close()));
    await end(this.#screen);
  }
}

/** The driver says nothing when it is ready, so it is asked. */
async function isListening(address) {
  const until = performance.now() + DRIVER_COMES_WITHIN_MS;
  while (!(await fetch(`${address}/status`).catch(() => null))) {
    if (performance.now() > until) {
      throw new Error("WebKitWebDriver has not come");
    }
    await sleep(POLL_MS);
  }
}

async function end(process) {
  const exited = once(process, "exit");
  process.kill();
  await exited;
}

class WebKitPage {
  #session;
  #close;
  #scripts = [];
  #onPageError = () => {};
  #results = 0;

  constructor(session, close) {
    this.#session = session;
    this.#close = close;
  }

  /** `pageerror` is the only event there is, and comes with the next answer of the page. */
  on(_event, listener) {
    this.#onPageError = listener;
  }

  addInitScript(script) {
    this.#scripts.push(script);
  }

  /** The scripts of `addInitScript` run when the page has loaded: there is no earlier time. */
  async goto(url) {
    await this.#session.get(url);
    await this.#session.executeScript(keepErrors);
    for (const script of this.#scripts) {
      await this.evaluate(script);
    }
  }

  async goBack() {
    await this.#session.navigate().back();
  }

  /** Waits for the result without keeping the session from other commands. */
  async evaluate(script, argument) {
    const number = this.#results++;
    // Over JSON, as WebDriver has no undefined, and makes integers of 1.0.
    await this.#session.executeScript(
      begin,
      number,
      String(script),
      argument === undefined ? null : JSON.stringify(argument),
    );
    for (;;) {
      const { errors, result } = JSON.parse(await this.#session.executeScript(take, number));
      for (const message of errors) {
        this.#onPageError(new Error(message));
      }
      if (result?.error) {
        throw new Error(result.error);
      }
      if (result) {
        return result.value;
      }
      await sleep(POLL_MS);
    }
  }

  close() {
    return this.#close();
  }
}

// From here on: functions that run in the page.

function keepErrors() {
  globalThis.webKitPage = { errors: [], results: new Map() };
  addEventListener("error", ({ message }) => webKitPage.errors.push(message));
  addEventListener("unhandledrejection", ({ reason }) => webKitPage.errors.push(`${reason}`));
}

function begin(number, script, argument) {
  const { results } = globalThis.webKitPage;
  new Promise((resolve) => {
    // biome-ignore lint/security/noGlobalEval: a function of the test's, for the page
    const run = globalThis.eval(`(${script})`);
    resolve(run(argument === null ? undefined : JSON.parse(argument)));
  }).then(
    (value) => results.set(number, { value }),
    (error) => results.set(number, { error: `${error}\n${error?.stack}` }),
  );
}

function take(number) {
  const { errors, results } = globalThis.webKitPage;
  const result = results.get(number);
  results.delete(number);
  return JSON.stringify({ errors: errors.splice(0), result });
}

/** A port that nobody listens on, and that nobody is likely to take meanwhile. */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
