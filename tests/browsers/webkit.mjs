// WebKitGTK, driven by its WebDriver on a screen of its own, which nobody sees.
//
// Pages have the part of Playwright's interface that the tests use (`webkit-page.mjs`). Each is a browser of its own,
// with a driver of its own, since a driver has one session, and a session sends its commands to one window.

import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

import { Builder, Capabilities } from "selenium-webdriver";
import { Child } from "./child.mjs";
import { WebKitPage } from "./webkit-page.mjs";

const POLL_MS = 5;
const DRIVER_COMES_WITHIN_MS = 10_000;
const HOW_TO_INSTALL = "on Debian and Ubuntu: sudo apt-get install webkit2gtk-driver xvfb";

/** A browser with the engine WebKitGTK; `driver` is the path of WebKitWebDriver. */
export async function launchWebKit(driver) {
  const screen = new Child("Xvfb", ["-displayfd", "3", "-nolisten", "tcp"]);
  for await (const display of createInterface({ input: screen.output })) {
    return new WebKit(driver, screen, `:${display}`);
  }
  throw new Error(`Xvfb did not start; ${HOW_TO_INSTALL}`);
}

class WebKit {
  #driver;
  #screen;
  #display;
  #pages = new Set();
  #version;

  constructor(driver, screen, display) {
    this.#driver = driver;
    this.#screen = screen;
    this.#display = display;
  }

  /** Known as soon as there has been a page. */
  version() {
    return this.#version;
  }

  /** A page; in dark colours, if `colorScheme` is "dark". */
  async newPage({ colorScheme = "light" } = {}) {
    const port = await freePort();
    const address = `http://127.0.0.1:${port}`;
    const driver = new Child(this.#driver, [`--port=${port}`, "--host=127.0.0.1"], {
      ...process.env,
      DISPLAY: this.#display,
      GTK_THEME: colorScheme === "dark" ? "Adwaita:dark" : "Adwaita",
      LIBGL_ALWAYS_SOFTWARE: "1",
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1",
    });
    await isListening(address);
    // Without a timeout for scripts there is no timer for it in the page.
    const capabilities = new Capabilities({ browserName: "MiniBrowser", timeouts: { script: null } });
    const session = await new Builder().usingServer(address).withCapabilities(capabilities).build();
    this.#version = (await session.getCapabilities()).getBrowserVersion();
    const page = new WebKitPage(session, async () => {
      this.#pages.delete(page);
      await session.quit();
      await driver.end();
    });
    this.#pages.add(page);
    return page;
  }

  async close() {
    await Promise.all([...this.#pages].map((page) => page.close()));
    await this.#screen.end();
  }
}

/** The driver says nothing when it is ready, so it is asked. */
async function isListening(address) {
  const until = performance.now() + DRIVER_COMES_WITHIN_MS;
  while (!(await fetch(`${address}/status`).catch(() => null))) {
    if (performance.now() > until) {
      throw new Error(`WebKitWebDriver did not start; ${HOW_TO_INSTALL}`);
    }
    await sleep(POLL_MS);
  }
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
