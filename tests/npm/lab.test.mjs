// The close lab, as its visitors use it:
// - it loads without an error, and fits a phone, in light and in dark
// - one button tells the whole story, with a peer that never answers and with one that behaves
// - what the form gets wrong is said in place, and nothing is closed
// - the keyboard is enough
// - nothing is left at the server

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { launchBrowser } from "../browsers/launch.mjs";

const ADDRESS = process.env.MISBEHAVING_SERVER;
const CLOSE_TIMEOUT_MS = 400;
const PATIENCE_MS = 10_000;

describe("the close lab", () => {
  let browser;
  let page;
  /** Everything that a visitor with open developer tools would complain about. */
  let complaints = [];
  /** The label of every connection that the page has opened. */
  const tags = new Set();

  before(async () => {
    browser = await launchBrowser();
    page = await watchedPage();
  });

  beforeEach(async () => {
    await page.goto(ADDRESS);
    complaints = [];
  });

  after(() => browser?.close());

  it("loads without an error, and asks nobody but its server", async () => {
    await page.reload();
    assert.deepEqual(complaints, []);
    assert.equal(await page.title(), "The close lab · graceful-websocket");
    assert.equal(await stateOf("native"), "not opened");
    assert.equal(await page.locator("#close").isDisabled(), true);
    assert.equal(await page.locator("#terminate").isDisabled(), true);
  });

  it("settles ours on time while the native one is still CLOSING, when the peer never answers", async () => {
    await page.fill("#timeout", `${CLOSE_TIMEOUT_MS}`);
    await page.click("text=Open both, then close both");
    await waitForState("graceful", "CLOSED");

    assert.equal(await stateOf("native"), "CLOSING");
    assert.match(await text("#native .clock"), /^for \d+\.\d s$/);
    assert.equal(await text("#native .note"), "Chromium gives up after 60 s.");
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
    assert.deepEqual(complaints, []);
  });

  it("shows what was lost when the peer stops reading", async () => {
    await page.selectOption("#behaviour", { label: "Stops reading" });
    assert.equal(await page.locator("#queue").isChecked(), true);
    await page.fill("#timeout", `${CLOSE_TIMEOUT_MS}`);
    await openBoth();
    await page.click("#close");
    await waitForState("graceful", "CLOSED");

    const [phase, sent, unsentBytes] = await reported("graceful", "phase", "sent", "unsentBytes");
    assert.deepEqual([phase, sent], ["flushing", "null"]);
    assert.ok(Number(unsentBytes.replaceAll(",", "")) > 1e6, unsentBytes);
    assert.equal(await stateOf("native"), "CLOSING");
    assert.equal(await text("#native .note"), "Chromium never gives up while data is queued.");
  });

  it("closes both cleanly with the same code and reason, when the peer behaves", async () => {
    await page.selectOption("#behaviour", "/echo");
    await page.click("text=Open both, then close both");
    await waitForState("native", "CLOSED");
    await waitForState("graceful", "CLOSED");

    for (const socket of ["native", "graceful"]) {
      assert.deepEqual(await reported(socket, "code", "reason", "wasClean"), ["4000", '"bye"', "true"]);
    }
    assert.deepEqual(await reported("graceful", "outcome"), ["clean"]);
    await waitForText("#report", /TCP\s*ended by the server/);
    assert.equal(await page.locator("#close").isDisabled(), true);
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
      assert.match(errors, new RegExp(`WebSocket throws ${name}: Failed to execute 'close'`));
      assert.match(errors, /Nothing was closed\.$/);
      assert.equal(await page.getAttribute(field, "aria-invalid"), "true");
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
    const outline = "getComputedStyle(document.activeElement).outlineStyle";
    assert.equal(await page.evaluate(outline), "solid", "the focus is visible");

    await page.focus("#behaviour");
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
    const former = [...tags].slice(-2);
    await openBoth();
    const log = await serverLog(`tag=${former.find((tag) => tag.endsWith("native"))}&until=closing`);
    assert.equal(log.status, 200);
    assert.match(await text("#native-log"), /^0\.00 s\s+CONNECTING/);
  });

  it("has no horizontal scroll at 360 px, during a run and with an error", async () => {
    const before = page.viewportSize();
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
    await page.setViewportSize(before);
  });

  it("is light or dark, as the visitor prefers", async () => {
    const background = async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      return page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    };
    assert.equal(await background("light"), "rgb(251, 250, 248)");
    assert.equal(await background("dark"), "rgb(20, 22, 26)");
  });

  it("leaves no connection at the server once the page is closed", async () => {
    await page.close();
    assert.ok(tags.size >= 10, "the tests above have opened connections");
    for (const tag of tags) {
      const { status } = await serverLog(`tag=${tag}&until=idle&timeout=${PATIENCE_MS}`);
      assert.equal(status, 200, `${tag} is still connected`);
    }
  });

  /** A page that is watched for complaints. */
  async function watchedPage() {
    const watched = await browser.newPage();
    watched.setDefaultTimeout(PATIENCE_MS);
    watched.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") {
        complaints.push(message.text());
      }
    });
    watched.on("pageerror", (error) => complaints.push(`${error}`));
    watched.on("request", (request) => {
      if (!request.url().startsWith(`${ADDRESS}/`) && !request.url().startsWith("data:")) {
        complaints.push(`asks ${request.url()}`);
      }
    });
    watched.on("response", (response) => {
      if (response.status() >= 400) {
        complaints.push(`${response.status()} ${response.url()}`);
      }
    });
    watched.on("websocket", (socket) => tags.add(new URL(socket.url()).searchParams.get("tag")));
    return watched;
  }

  async function openBoth() {
    await page.click("#open");
    await waitForState("native", "OPEN");
    await waitForState("graceful", "OPEN");
  }

  async function text(selector) {
    return (await page.textContent(selector)).trim();
  }

  function stateOf(socket) {
    return text(`#${socket} .state`);
  }

  function waitForState(socket, state) {
    return page.locator(`#${socket} .state`, { hasText: state }).waitFor();
  }

  function waitForText(selector, pattern) {
    return page.locator(selector, { hasText: pattern }).waitFor();
  }

  /** What the table says of a socket in these rows. */
  function reported(socket, ...rows) {
    const header = (name) => page.getByRole("rowheader", { name, exact: true });
    const cell = (name) =>
      page.locator("#report tr", { has: header(name) }).locator(`[data-column=${socket}]`);
    return Promise.all(rows.map((row) => cell(row).textContent()));
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

  function serverLog(query) {
    return fetch(`${ADDRESS}/log?${query}`);
  }
});
