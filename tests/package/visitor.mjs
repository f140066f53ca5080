// A visitor of an example's page: what they press, type and see, and the page's sockets under it.

import assert from "node:assert/strict";

/** After so long, what the page has not shown it never will. */
const PATIENCE_MS = 10_000;

export class Visitor {
  #page;
  #server;

  /** Opens the page at `address` for as long as `use` takes, in which nothing may go wrong. */
  static async at(address, { workshop, server }, use) {
    const visitor = new Visitor();
    const { page, problems } = await workshop.newPage();
    visitor.#page = page;
    visitor.#server = server;
    page.setDefaultTimeout(PATIENCE_MS);
    try {
      await page.addInitScript(keepSockets);
      await page.goto(address);
      await use(visitor);
    } catch (error) {
      throw new Error([error.message, ...problems].join("\n"), { cause: error });
    } finally {
      await page.close();
    }
    assert.deepEqual(problems, []);
  }

  /** Connects to the misbehaving server. */
  async connectTo(path) {
    await this.#page.getByLabel("Address").fill(this.#server + path);
    await this.press("Connect");
  }

  press(button) {
    return this.#button(button).click();
  }

  canPress(button) {
    return this.#button(button).isEnabled();
  }

  /** Sends a message, and waits until the page shows it. */
  async exchange(message) {
    await this.#page.getByLabel("Message").fill(message);
    await this.press("Send");
    await this.#page.getByRole("listitem").getByText(message, { exact: true }).waitFor();
  }

  messages() {
    return this.#page.getByRole("listitem").allTextContents();
  }

  /** Waits for the first message. */
  firstMessage() {
    return this.#page.getByRole("listitem").first().waitFor();
  }

  /** Waits until the page shows the ready state. */
  seesState(name) {
    return this.#page.getByRole("status").getByText(name, { exact: true }).waitFor();
  }

  /** The ready states shown: one as long as the component is mounted. */
  states() {
    return this.#page.getByRole("status").allTextContents();
  }

  /** Waits for the close report, by its fields. */
  async report() {
    await this.#page.getByRole("definition").first().waitFor();
    const [outcome, code, elapsed] = await this.#page.getByRole("definition").allTextContents();
    return { outcome, code, elapsedMs: Number(/^(\d+) ms$/.exec(elapsed)[1]) };
  }

  showsReport() {
    return this.#page.getByRole("definition").first().isVisible();
  }

  /** Waits until the page's last socket with the tag is open. */
  async socketOpens(tag) {
    await this.#page.waitForFunction((tag) => globalThis.socketsOf(tag).at(-1)?.readyState === 1, tag);
  }

  /** How many sockets with the tag the page has made. */
  socketCount(tag) {
    return this.#page.evaluate((tag) => globalThis.socketsOf(tag).length, tag);
  }

  /** Waits for the end of the sockets with the tag, the first `count` of them, and gets their outcomes. */
  async outcomes(tag, count) {
    await this.#page.waitForFunction(haveEnded, { tag, count });
    return this.#page.evaluate(outcomesOf, { tag, count });
  }

  #button(name) {
    return this.#page.getByRole("button", { name, exact: true });
  }
}

/** In the page, before anything else: keeps every socket that is made. */
function keepSockets() {
  const sockets = [];
  globalThis.socketsOf = (tag) => sockets.filter(({ url }) => new URL(url).searchParams.get("tag") === tag);
  globalThis.WebSocket = class extends WebSocket {
    constructor(...args) {
      super(...args);
      sockets.push(this);
    }
  };
}

/** In the page. */
function haveEnded({ tag, count }) {
  const sockets = globalThis.socketsOf(tag).slice(0, count);
  return sockets.length === count && sockets.every(({ closeReport }) => closeReport);
}

/** In the page: the outcomes, once every handler has run. */
async function outcomesOf({ tag, count }) {
  const sockets = globalThis.socketsOf(tag).slice(0, count);
  const reports = await Promise.all(sockets.map(({ closed }) => closed));
  return reports.map(({ outcome }) => outcome);
}
