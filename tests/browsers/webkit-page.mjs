// A page of WebKitGTK with the part of Playwright's interface that the tests use.

import { setTimeout as sleep } from "node:timers/promises";

import { By, Key } from "selenium-webdriver";

const POLL_MS = 5;

export class WebKitPage {
  #session;
  #end;
  #closed;
  #scripts = [];
  #results = 0;

  constructor(session, end) {
    this.#session = session;
    this.#end = end;
  }

  keyboard = {
    press: (key) => this.#type(Key[key.toUpperCase()]),
    type: (text) => this.#type(text),
  };

  addInitScript(script) {
    this.#scripts.push(script);
  }

  /** The scripts of `addInitScript` run when the page has loaded: there is no earlier time. */
  async goto(url) {
    await this.#session.get(url);
    await this.#session.executeScript(`${encode} ${decode} Object.assign(window, { encode, decode });`);
    await this.#session.executeScript(prepare);
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
    await this.#session.executeScript(begin, number, String(script), encode(argument));
    for (;;) {
      const result = decode(await this.#session.executeScript(take, number));
      if (result?.error) {
        throw new Error(result.error);
      }
      if (result) {
        return result.value;
      }
      await sleep(POLL_MS);
    }
  }

  click(selector) {
    return this.#session.findElement(By.css(selector)).click();
  }

  async fill(selector, text) {
    const field = await this.#session.findElement(By.css(selector));
    await field.clear();
    await field.sendKeys(text);
  }

  async setViewportSize({ width, height }) {
    const frame = await this.evaluate(() => [outerWidth - innerWidth, outerHeight - innerHeight]);
    const rect = { width: width + frame[0], height: height + frame[1] };
    await this.#session.manage().window().setRect(rect);
  }

  close() {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  #type(text) {
    return this.#session.actions().sendKeys(text).perform();
  }
}

// On both sides: values as text, since WebDriver has no undefined, no Infinity, and makes integers of 1.0.

function encode(value) {
  const isStrange = (value) => value === undefined || (typeof value === "number" && !Number.isFinite(value));
  return JSON.stringify(value, (_, value) => (isStrange(value) ? { is: String(value) } : value));
}

function decode(text) {
  const strange = new Map([undefined, Number.NaN, 1 / 0, -1 / 0].map((value) => [String(value), value]));
  const restore = (value) => {
    if (Object(value) !== value) {
      return value;
    }
    if (strange.has(value.is)) {
      return strange.get(value.is);
    }
    for (const key of Object.keys(value)) {
      value[key] = restore(value[key]);
    }
    return value;
  };
  return restore(JSON.parse(text));
}

// From here on: functions that run in the page.

function prepare() {
  globalThis.webKitResults = new Map();
}

function begin(number, script, argument) {
  new Promise((resolve) => {
    // biome-ignore lint/security/noGlobalEval: a function of the test's, for the page
    const run = globalThis.eval(`(${script})`);
    resolve(typeof run === "function" ? run(decode(argument)) : run);
  }).then(
    (value) => webKitResults.set(number, { value }),
    (error) => webKitResults.set(number, { error: `${error}\n${error?.stack}` }),
  );
}

function take(number) {
  const result = webKitResults.get(number);
  webKitResults.delete(number);
  return encode(result);
}
