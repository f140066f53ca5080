// What every Rust example does, whatever its framework:
// - it shows what is echoed, and which ready states the socket goes through
// - unmounting closes the socket with a code and a reason, in every state, and leaves nothing
// - a component that did not open the socket can close it, also while it is connecting, and the report comes in time
// - another address closes the former socket, of which nothing is seen any more
// - it connects to its own server, unless its address says otherwise
// - what goes wrong is said in the page, and never in the console

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { launchChromium } from "../browsers/launch.mjs";
import { closesReceived, Server } from "../npm/server.mjs";

const CLOSE_TIMEOUT_MS = 300;
const ROOM_MS = 2_000;
const PATIENCE_MS = 10_000;
const PHONE = { width: 360, height: 740 };

const LEFT = { code: 4001, reason: "the chat was left" };
/** Chromium's own code for a connection that was given up before the page was told that it is open. */
const LEFT_WHILE_CONNECTING = 1001;
const FROM_OUTSIDE = { code: 4002, reason: "closed from outside" };

/** Chromium's own words on every connection that did not come about, whoever wanted it. */
const NOT_ESTABLISHED = /^WebSocket connection to '.*' failed: /;

export function testExample(name) {
  describe(`the ${name} example`, () => {
    let server;
    let browser;
    before(async () => {
      server = await Server.start(fileURLToPath(new URL(`../../target/examples/${name}`, import.meta.url)));
      browser = await launchChromium();
    });
    after(async () => {
      await browser?.close();
      await server?.end();
    });

    it("shows what is echoed", async (t) => {
      const app = await App.open(t, browser, server, "/echo");
      await app.waitForState("open");
      await app.send("one");
      await app.waitForMessage("one");
      await app.send("two");
      await app.waitForMessage("two");
      assert.deepEqual(await app.messages(), ["one", "two"]);
      assert.equal(await app.page.inputValue("#message"), "");
      assert.deepEqual(await app.states(), ["connecting", "open"]);
    });

    it("closes with a code and a reason when it is unmounted, and tells how that went", async (t) => {
      const app = await App.open(t, browser, server, "/echo");
      await app.waitForState("open");
      await app.toggle();
      await app.waitForNoChat();
      const connection = await server.connection(app.tag, "ended");
      assert.deepEqual(closesReceived(connection), [LEFT]);
      assert.deepEqual(await app.report("code", "reason", "outcome"), ["4001", LEFT.reason, "clean"]);
      assert.equal(await app.closeFromOutside.isDisabled(), true);
    });

    it("gives up connecting when it is unmounted, and connects anew when it is mounted", async (t) => {
      const app = await App.open(t, browser, server, "/hang");
      await arrivals(server, app.tag, 1);
      assert.equal(await app.state(), "connecting");
      await app.toggle();
      const { ended } = await server.connection(app.tag, "ended");
      assert.match(ended.by, /^client/);
      await app.toggle();
      await arrivals(server, app.tag, 2);
      assert.equal(await app.state(), "connecting");
      await app.toggle();
      await server.connections(app.tag, "ended");
    });

    it("is mounted and unmounted as fast as can be, and leaves one socket", async (t) => {
      const app = await App.open(t, browser, server, "/echo");
      await app.waitForState("open");
      await app.page.evaluate(async () => {
        const toggle = document.querySelector(".controls button");
        for (let times = 0; times < 20; times += 1) {
          toggle.click();
          if (times % 3 === 0) {
            await new Promise((resolve) => setTimeout(resolve));
          }
        }
      });
      await app.waitForState("open");
      await app.send("still here");
      await app.waitForMessage("still here");
      await app.toggle();
      await app.waitForNoChat();
      const connections = await server.connections(app.tag, "ended");
      // Their order in the log is not that of their making: the requests come over connections of their own.
      const used = connections.filter(({ frames }) => frames.some(({ opcode }) => opcode === "text"));
      assert.deepEqual(used.map(closesReceived), [[LEFT]]);
      const closes = connections.map(closesReceived);
      const allowed = [LEFT.code, LEFT_WHILE_CONNECTING];
      assert.ok(
        closes.flat().every(({ code }) => allowed.includes(code)),
        JSON.stringify(closes),
      );
    });

    it("is closed by a component that did not open it", async (t) => {
      const app = await App.open(t, browser, server, "/echo");
      await app.waitForState("open");
      await app.closeFromOutside.click();
      await app.waitForState("closed");
      assert.deepEqual(closesReceived(await server.connection(app.tag, "ended")), [FROM_OUTSIDE]);
      assert.deepEqual(await app.report("code", "reason", "outcome"), ["4002", FROM_OUTSIDE.reason, "clean"]);
      assert.deepEqual(await app.states(), ["connecting", "open", "closing", "closed"]);
      assert.equal(await app.closeFromOutside.isDisabled(), true);

      await app.send("too late");
      await app.waitForAlert("the connection has ended");
      assert.deepEqual(await app.messages(), []);
    });

    it("is cancelled while it is connecting by a component that did not open it", async (t) => {
      const app = await App.open(t, browser, server, "/hang");
      await arrivals(server, app.tag, 1);
      await app.closeFromOutside.click();
      await app.waitForState("closed");
      assert.deepEqual(await app.report("code", "outcome"), ["1006", "never-opened"]);
      assert.deepEqual(await app.states(), ["connecting", "closing", "closed"]);
      assert.equal(await app.closeFromOutside.isDisabled(), true);
      await app.waitForAlert("the connection could not be established");
      const { ended } = await server.connection(app.tag, "ended");
      assert.match(ended.by, /^client/);
    });

    it("settles at the close timeout when the peer never answers", async (t) => {
      const app = await App.open(t, browser, server, "/silent");
      await app.waitForState("open");
      await app.closeFromOutside.click();
      await app.waitForState("closed");
      assert.deepEqual(await app.report("code", "outcome"), ["1006", "timed-out"]);
      const [elapsed] = await app.report("elapsed");
      assertTook(Number.parseInt(elapsed, 10));
      assert.deepEqual(await app.states(), ["connecting", "open", "closing", "closed"]);
      assert.deepEqual(closesReceived(await server.connection(app.tag)), [FROM_OUTSIDE]);
    });

    it("is unmounted while it closes, and the report comes all the same", async (t) => {
      const app = await App.open(t, browser, server, "/silent");
      await app.waitForState("open");
      await app.closeFromOutside.click();
      await app.toggle();
      await app.waitForNoChat();
      assert.deepEqual(await app.report("code", "outcome"), ["1006", "timed-out"]);
      assert.deepEqual(closesReceived(await server.connection(app.tag)), [FROM_OUTSIDE]);
    });

    it("closes the former socket for another address, and hears nothing of it any more", async (t) => {
      const app = await App.open(t, browser, server, "/flood");
      await app.waitForMessage("");
      const tag = await app.connectTo("/echo");
      await server.connection(tag, "opened");
      await app.waitForState("open");
      assert.deepEqual(closesReceived(await server.connection(app.tag, "closing")), [LEFT]);

      const before = await app.messages();
      await app.send("to the new one");
      await app.waitForMessage("to the new one");
      // The former one goes on to send, and is given up.
      assert.deepEqual(await app.report("outcome"), ["timed-out"]);
      await app.send("still there");
      await app.waitForMessage("still there");
      assert.deepEqual(await app.messages(), [...before, "to the new one", "still there"]);
      assert.deepEqual(await app.states(), ["connecting", "open", "connecting", "open"]);
    });

    it("closes the former socket at once, even if the next does not open", async (t) => {
      const app = await App.open(t, browser, server, "/echo");
      await app.waitForState("open");
      const tag = await app.connectTo("/hang");
      assert.deepEqual(closesReceived(await server.connection(app.tag, "ended")), [LEFT]);
      await arrivals(server, tag, 1);
      assert.equal(await app.state(), "connecting");
      assert.equal(await app.closeFromOutside.isDisabled(), false);

      await app.connectTo("/echo");
      await server.connection(tag, "ended");
      await app.waitForState("open");
    });

    it("says why a socket did not open, and opens the next", async (t) => {
      const app = await App.open(t, browser, server, "/reject");
      await app.waitForAlert("the connection could not be established");
      assert.equal(await app.state(), "closed");
      await app.page.fill("#server", "ftp://127.0.0.1/");
      await app.page.click("text=Connect");
      await app.waitForAlert("the URL must be ws, wss, http or https");
      await app.connectTo("/echo");
      await app.waitForState("open");
      await app.waitForAlert("");
      assert.equal(await app.closeFromOutside.isDisabled(), false);
    });

    it("connects to the server that it comes from, unless its address says otherwise", async (t) => {
      const app = await App.open(t, browser, server);
      await app.waitForState("open");
      const own = `${server.address.replace("http:", "ws:")}/echo`;
      assert.equal(await app.page.inputValue("#server"), own);
    });

    it("has no horizontal scroll at 360 px", async (t) => {
      const app = await App.open(t, browser, server, "/echo");
      await app.page.setViewportSize(PHONE);
      await app.waitForState("open");
      await app.send("x".repeat(200));
      await app.waitForMessage("xxx");
      await app.toggle();
      await app.report("code");
      const widths = await app.page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return { scrollWidth, clientWidth };
      });
      assert.deepEqual(widths, { scrollWidth: PHONE.width, clientWidth: PHONE.width });
    });

    it("leaves no connection at the server", async () => {
      assert.deepEqual(browser.contexts(), [], "every test has closed its page");
      await browser.close();
      const connections = await server.connections(undefined, "idle");
      assert.ok(connections.length > 10, "the tests above have opened connections");
      assert.deepEqual(
        connections.filter(({ ended }) => ended === null),
        [],
      );
    });
  });
}

/** The example in a page of its own. */
class App {
  page;
  /** The label of its connection in the server's log. */
  tag = randomUUID();
  #server;

  /** The example, connecting to a path of the server, or to what it connects to by itself. When the test has ended, nobody must have complained. */
  static async open(t, browser, server, path) {
    const app = new App();
    app.#server = server;
    app.page = await browser.newPage();
    const complaints = [];
    app.page.setDefaultTimeout(PATIENCE_MS);
    app.page.on("pageerror", (error) => complaints.push(`${error}`));
    app.page.on("console", (message) => {
      if (!NOT_ESTABLISHED.test(message.text())) {
        complaints.push(`${message.type()}: ${message.text()}`);
      }
    });
    t.after(async () => {
      await app.page.close();
      assert.deepEqual(complaints, [], "complaints of the page");
    });
    await app.page.addInitScript(recordStates);
    const parameters = new URLSearchParams({
      ...(path && { server: app.#url(path, app.tag) }),
      "close-timeout": `${CLOSE_TIMEOUT_MS}`,
    });
    await app.page.goto(`${server.address}/?${parameters}`);
    return app;
  }

  #url(path, tag) {
    return `${this.#server.address.replace("http:", "ws:")}${path}?tag=${tag}`;
  }

  /** Connects to another path; the tag of that. */
  async connectTo(path) {
    const tag = randomUUID();
    await this.page.fill("#server", this.#url(path, tag));
    await this.page.click("text=Connect");
    return tag;
  }

  async send(text) {
    await this.page.fill("#message", text);
    await this.page.press("#message", "Enter");
  }

  /** Mounts the chat, or unmounts it. */
  toggle() {
    return this.page.click(".controls button:first-child");
  }

  get closeFromOutside() {
    return this.page.locator("text=Close from outside");
  }

  messages() {
    return this.page.locator("[role=log] li").allTextContents();
  }

  waitForMessage(text) {
    return this.page.locator("[role=log] li", { hasText: text }).first().waitFor();
  }

  waitForNoChat() {
    return this.page.locator("[role=log]").waitFor({ state: "detached" });
  }

  waitForAlert(text) {
    const alert = this.page.locator("[role=alert]");
    return (text ? alert.filter({ hasText: text }) : alert.filter({ hasNotText: /./ })).waitFor({
      state: "attached",
    });
  }

  state() {
    return this.page.textContent("[role=status]");
  }

  waitForState(state) {
    return this.page.locator(`[role=status][data-state=${state}]`).waitFor();
  }

  /** Every ready state that was shown, in order. */
  states() {
    return this.page.evaluate(() => window.shownStates);
  }

  /** What the report says in these rows, as soon as there is one. */
  report(...rows) {
    const row = (name) => this.page.locator("dt", { hasText: name }).locator("+ dd").textContent();
    return Promise.all(rows.map(row));
  }
}

/** In the page: keeps the ready states that are shown. */
function recordStates() {
  window.shownStates = [];
  const look = () => {
    const shown = document.querySelector("[role=status]")?.textContent;
    if (shown && shown !== window.shownStates.at(-1)) {
      window.shownStates.push(shown);
    }
  };
  const everything = { subtree: true, childList: true, characterData: true, attributes: true };
  new MutationObserver(look).observe(document, everything);
}

/** Waits until so many connections have come, which may never open. */
async function arrivals(server, tag, count) {
  const until = performance.now() + PATIENCE_MS;
  while ((await server.connections(tag)).length < count) {
    assert.ok(performance.now() < until, `${count} connections have not come`);
  }
}

function assertTook(elapsedMs) {
  assert.ok(elapsedMs >= CLOSE_TIMEOUT_MS, `${elapsedMs} ms is before the deadline`);
  assert.ok(elapsedMs < CLOSE_TIMEOUT_MS + ROOM_MS, `${elapsedMs} ms is long after the deadline`);
}
