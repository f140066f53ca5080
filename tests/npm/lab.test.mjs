// The close lab, as its visitors use it:
// - it loads without an error, and fits a phone, in light and in dark
// - one button tells the whole story, with a peer that never answers and with one that behaves
// - what the form gets wrong is said in place, and nothing is closed
// - the keyboard is enough
// - nothing is left at the server

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { launchBrowser } from "../browsers/launch.mjs";
import { keepUncaughtErrors } from "../browsers/uncaught.mjs";
import { engine } from "./engines.mjs";
import { Server } from "./server.mjs";

const LAB = fileURLToPath(new URL("../../target/www", import.meta.url));
const CLOSE_TIMEOUT_MS = 400;
const PATIENCE_MS = 10_000;
const POLL_MS = 20;

describe("the close lab", () => {
  let server;
  let browser;
  let page;

  before(async () => {
    server = await Server.start(LAB);
    browser = await launchBrowser();
    page = await newPage();
  });

  beforeEach(() => page.goto(server.address));

  after(async () => {
    await browser?.close();
    await server?.end();
  });

  it("loads without an error, and asks nobody but its server", async () => {
    assert.deepEqual(await complaints(), []);
    assert.equal(await page.evaluate(() => document.title), "The close lab · graceful-websocket");
    assert.equal(await stateOf("native"), "not opened");
    assert.ok(await is("#close", "disabled"));
    assert.ok(await is("#terminate", "disabled"));
  });

  it("settles ours on time while the native one is still CLOSING, when the peer never answers", async () => {
    await page.fill("#timeout", `${CLOSE_TIMEOUT_MS}`);
    await page.click("button[type=submit]");
    await waitForState("graceful", "CLOSED");

    assert.equal(await stateOf("native"), "CLOSING");
    assert.match(await text("#native .clock"), /^for \d+\.\d s$/);
    assert.equal(await text("#native .note"), engine.patience.answer);
    assert.equal(await text("#graceful .outcome"), "timed-out");
    assert.deepEqual(await reported("graceful", "outcome", "code", "reason", "wasClean", "sent", "phase"), [
      "timed-out",
      "1006",
      '""',
      "false",
      '4000 "bye"',
      "handshake",
    ]);
    assert.deepEqual(await reported("native", "outcome", "code", "wasClean"), [
      "not told",
      "nothing yet",
      "nothing yet",
    ]);
    await waitForText("#report", /Close frame received\s*4000 "bye", at [\d.]+ s\s*4000 "bye", at/);
    assert.deepEqual(await complaints(), []);
  });

  it("shows what was lost when the peer stops reading", async () => {
    await choose("/stall");
    assert.ok(await is("#queue", "checked"));
    await page.fill("#timeout", `${CLOSE_TIMEOUT_MS}`);
    await openBoth();
    await page.click("#close");
    await waitForState("graceful", "CLOSED");

    const [phase, sent, unsentBytes] = await reported("graceful", "phase", "sent", "unsentBytes");
    assert.deepEqual([phase, sent], engine.countsUnread ? ["flushing", "null"] : ["handshake", '4000 "bye"']);
    assert.equal(Number(unsentBytes.replaceAll(",", "")) > 1e6, engine.countsUnread, unsentBytes);
    assert.equal(await stateOf("native"), "CLOSING");
    assert.equal(await text("#native .note"), engine.patience.reading);
  });

  it("closes both cleanly with the same code and reason, when the peer behaves", async () => {
    await choose("/echo");
    await page.click("button[type=submit]");
    await waitForState("native", "CLOSED");
    await waitForState("graceful", "CLOSED");

    for (const socket of ["native", "graceful"]) {
      assert.deepEqual(await reported(socket, "code", "reason", "wasClean"), ["4000", '"bye"', "true"]);
    }
    assert.deepEqual(await reported("graceful", "outcome"), ["clean"]);
    await waitForText("#report", /TCP\s*ended by the server/);
    assert.ok(await is("#close", "disabled"));
    assert.equal(await nextFrames(), 0, "the picture stands still");
  });

  it("ends ours with terminate(), and only ours", async () => {
    await openBoth();
    await page.click("#terminate");
    await waitForState("graceful", "CLOSED");

    assert.deepEqual(await reported("graceful", "outcome"), ["terminated"]);
    assert.equal(await stateOf("native"), "OPEN");
  });

  for (const { what, field, value, name } of [
    { what: "an invalid code", field: "#code", value: "1001", name: "InvalidAccessError" },
    { what: "a reason of 124 bytes", field: "#reason", value: "x".repeat(124), name: "SyntaxError" },
  ]) {
    it(`says in both sockets' words what is wrong with ${what}, and closes nothing`, async () => {
      await openBoth();
      await page.fill(field, value);
      await page.click("#close");

      const errors = await text("#errors");
      assert.match(errors, new RegExp(`GracefulWebSocket throws ${name}: The close `));
      assert.match(errors, new RegExp(`\\bWebSocket throws ${name}: \\S`));
      assert.match(errors, /Nothing was closed\.$/);
      assert.ok(await is(field, "ariaInvalid"));
      assert.deepEqual([await stateOf("native"), await stateOf("graceful")], ["OPEN", "OPEN"]);
    });
  }

  it("opens nothing with a negative timeout, and closes nothing", async () => {
    await page.fill("#timeout", "-1");
    await page.click("#open");
    assert.match(
      await text("#errors"),
      /throws RangeError: closeTimeout must be .* -1.*Nothing was opened\.$/s,
    );
    assert.equal(await stateOf("native"), "not opened");

    await page.fill("#timeout", `${CLOSE_TIMEOUT_MS}`);
    await openBoth();
    assert.equal(await text("#errors"), "");
    await page.fill("#timeout", "-1");
    await page.click("#close");
    assert.match(await text("#errors"), /throws RangeError.*Nothing was closed\.$/s);
    assert.deepEqual([await stateOf("native"), await stateOf("graceful")], ["OPEN", "OPEN"]);
  });

  it("is run from the keyboard alone", async () => {
    const visited = [];
    for (const _ of Array.from({ length: 6 })) {
      await page.keyboard.press("Tab");
      visited.push(
        await page.evaluate(() => document.activeElement.id || document.activeElement.textContent),
      );
    }
    const story = "Open both, then close both";
    assert.deepEqual(visited, ["behaviour", "code", "reason", "timeout", story, "open"]);
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.equal(outline, "solid", "the focus is visible");

    await page.evaluate(() => document.querySelector("#behaviour").focus());
    await page.keyboard.press("End");
    await waitForText("#path", /^\/echo$/);
    await page.keyboard.press("Tab");
    await page.keyboard.type("3001");
    await page.keyboard.press("Enter");
    await waitForState("graceful", "CLOSED");
    assert.deepEqual(await reported("graceful", "code"), ["3001"]);
  });

  it("starts anew in the middle of a run, and ends what was there", async () => {
    await openBoth();
    const former = (await server.connections()).findLast(({ tag }) => tag?.endsWith("native"));
    await openBoth();
    await server.connection(former.tag, "closing");
    assert.match(await text("#native-log"), /^0\.00 s\s+CONNECTING/);
  });

  it("has no horizontal scroll at 360 px, during a run and with an error", async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    const overflow = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(await overflow(), 0);
    await page.fill("#reason", "x".repeat(123));
    await page.fill("#timeout", "0");
    await openBoth();
    await page.click("#close");
    await waitForState("graceful", "CLOSED");
    assert.equal(await overflow(), 0);
    await page.fill("#code", "1001");
    await page.click("#close");
    await waitForText("#errors", /1001/);
    assert.equal(await overflow(), 0);
    await page.setViewportSize({ width: 1280, height: 720 });
  });

  it("is light or dark, as the visitor prefers", async () => {
    const background = async (colorScheme) => {
      const visitors = await launchBrowser(undefined, { colorScheme });
      const page = await visitors.newPage({ colorScheme });
      await page.goto(server.address);
      const color = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      await visitors.close();
      return color;
    };
    assert.equal(await background("light"), "rgb(251, 250, 248)");
    assert.equal(await background("dark"), "rgb(20, 22, 26)");
  });

  it("leaves no connection at the server once the browser is closed", async () => {
    await browser.close();
    const connections = await server.connections(undefined, "idle");
    assert.ok(connections.length >= 10, "the tests above have opened connections");
    assert.ok(connections.every(({ ended }) => ended));
  });

  /** A page that keeps what a visitor with open developer tools would complain about. */
  async function newPage() {
    const page = await browser.newPage();
    await page.addInitScript(keepUncaughtErrors);
    await page.addInitScript(keepWarnings);
    return page;
  }

  function complaints() {
    return page.evaluate(() => {
      const requests = performance
        .getEntriesByType("resource")
        .filter(({ name }) => !name.startsWith("data:"));
      return [
        ...[...uncaughtErrors, ...warnings],
        ...requests
          .filter(({ name }) => !name.startsWith(`${location.origin}/`))
          .map(({ name }) => `asks ${name}`),
        ...requests
          .filter(({ responseStatus }) => responseStatus >= 400)
          .map(({ name }) => `there is no ${name}`),
      ];
    });
  }

  async function openBoth() {
    await page.click("#open");
    await waitForState("native", "OPEN");
    await waitForState("graceful", "OPEN");
  }

  async function text(selector) {
    return page.evaluate((selector) => document.querySelector(selector).textContent.trim(), selector);
  }

  /** Whether the element has this property. */
  async function is(selector, property) {
    const value = await page.evaluate(
      ([selector, property]) => document.querySelector(selector)[property],
      [selector, property],
    );
    return value === true || value === "true";
  }

  function stateOf(socket) {
    return text(`#${socket} .state`);
  }

  function waitForState(socket, state) {
    return waitForText(`#${socket} .state`, new RegExp(`^${state}$`));
  }

  async function waitForText(selector, pattern) {
    const until = performance.now() + PATIENCE_MS;
    let found = await text(selector);
    while (!pattern.test(found)) {
      assert.ok(performance.now() < until, `${selector} is not ${pattern}, but ${found}`);
      await sleep(POLL_MS);
      found = await text(selector);
    }
  }

  /** Chooses what the peer does. */
  function choose(path) {
    return page.evaluate((path) => {
      const select = document.querySelector("#behaviour");
      select.value = path;
      select.dispatchEvent(new Event("input", { bubbles: true }));
      select.dispatchEvent(new Event("change", { bubbles: true }));
    }, path);
  }

  /** What the table says of a socket in these rows. */
  function reported(socket, ...names) {
    return page.evaluate(
      ([socket, names]) => {
        const rows = [...document.querySelectorAll("#report tr")];
        const row = (name) => rows.find((row) => row.querySelector("th")?.textContent.trim() === name);
        return names.map((name) => row(name).querySelector(`[data-column=${socket}]`).textContent);
      },
      [socket, names],
    );
  }

  /** How many frames the page asks for in the time of ten. */
  function nextFrames() {
    return page.evaluate(async () => {
      const request = window.requestAnimationFrame.bind(window);
      let asked = 0;
      window.requestAnimationFrame = (callback) => {
        asked += 1;
        return request(callback);
      };
      for (let frame = 0; frame < 10; frame += 1) {
        await new Promise((resolve) => request(resolve));
      }
      window.requestAnimationFrame = request;
      return asked;
    });
  }
});

/** To run in a page before anything else. */
function keepWarnings() {
  globalThis.warnings = [];
  for (const level of ["warn", "error"]) {
    const log = console[level];
    console[level] = (...args) => {
      warnings.push(args.join(" "));
      log.apply(console, args);
    };
  }
}
