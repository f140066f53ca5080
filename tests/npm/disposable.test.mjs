// `disposable`: the connection is cut when the socket settles, in every state; and the frame that does it is not left.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ENGINE } from "../browsers/launch.mjs";
import { assertReport, assertWire, BROWSER, end, SERVER } from "./ending.mjs";
import { closesReceived } from "./server.mjs";
import { newTag, ROOM_MS, setStage } from "./stage.mjs";

const CLOSE_TIMEOUT_MS = 300;
const FRAME = { code: 3000, reason: "done" };
const NO_BODY = { code: null, reason: "" };
const STALLED_BYTES = 32 * 1024 * 1024;
const CLEAN = {
  ...FRAME,
  wasClean: true,
  outcome: "clean",
  initiator: "local",
  phase: "handshake",
  sent: FRAME,
};

/** Firefox has no way to cut a connection, so that there is no frame either. */
const CUTS = ENGINE !== "firefox";
const FRAMES = CUTS ? 1 : 0;

const stage = setStage();

/** Runs in the page: ends a disposable socket that the peer would keep, and tells what was seen of that. */
async function giveUp({ path, tag, when, bytes, call, closeTimeout }) {
  const frames = () => document.querySelectorAll("iframe").length;
  const socket = connect(path, tag, { disposable: true, closeTimeout });
  const seen = { closes: [], whileItLives: frames() };
  sockets.set(tag, socket);
  socket.onclose = () => seen.closes.push({ readyState: socket.readyState, frames: frames() });
  await (when === "requested" ? requested(tag) : event(socket, when));
  if (bytes > 0) {
    socket.send(new Uint8Array(bytes));
  }
  socket[call]();
  seen.report = await socket.closed;
  seen.afterwards = frames();
  return seen;
}

/** The peers that would keep a connection, and what the report says of its end by each call. */
const KEPT = {
  "while it is CONNECTING": { path: "/hang", when: "requested", phase: "connecting", closes: [] },
  "of a silent peer": { path: "/silent", phase: "handshake", closes: [NO_BODY] },
  "of a flooding peer": { path: "/flood", phase: "handshake", closes: [NO_BODY] },
  "with 32 MB queued that nobody reads": {
    path: "/stall",
    bytes: STALLED_BYTES,
    phase: "flushing",
    closes: [],
  },
};
const CALLS = { terminate: "terminated", close: "timed-out" };

stage.inOnePage("a disposable socket", (page) => {
  for (const [whose, { path, when = "open", bytes = 0, phase, closes }] of Object.entries(KEPT)) {
    for (const [call, outcome] of Object.entries(CALLS)) {
      test(`${outcome} ${whose}: one close event, then the frame goes, and the connection with it`, async () => {
        const tag = newTag();
        const inPage = { path, tag, when, bytes, call, closeTimeout: CLOSE_TIMEOUT_MS };
        const seen = await page().run(giveUp, inPage);
        const settledAt = performance.now();
        assert.deepEqual(seen.closes, [{ readyState: 3, frames: FRAMES }]);
        assert.equal(seen.whileItLives, FRAMES);
        assert.equal(seen.afterwards, 0);
        // A connection that is not there yet the browser itself fails at once, so that its own event may be the first.
        const { report } = seen;
        assert.ok(
          [outcome, phase === "connecting" && "never-opened"].includes(report.outcome),
          report.outcome,
        );
        assert.equal(report.code, 1006);
        if (CUTS) {
          await page().run((tag) => sockets.get(tag).released, tag);
          assertWire(await stage.server.connection(tag, "ended"), { closes, endedBy: BROWSER });
          const took = performance.now() - settledAt;
          assert.ok(took < ROOM_MS, `${took} ms`);
        } else {
          const connection = await stage.server.connection(tag);
          assert.equal(connection.ended, null, "what Firefox does not cut");
        }
      });
    }
  }

  test("whose peer behaves: is like any other, and leaves no frame", async () => {
    const { tag, report, events } = await end(page(), {
      path: "/echo",
      options: { disposable: true },
      close: [3000, "done"],
    });
    assert.deepEqual(events, ["open", "close"]);
    assertReport(report, CLEAN);
    assertWire(await stage.server.connection(tag, "ended"), { closes: [FRAME], endedBy: SERVER });
    assert.equal(await page().run(() => document.querySelectorAll("iframe").length), 0);
  });

  test("is of the page's class, and of a subclass, and gets messages", async () => {
    const found = await page().run(async (tag) => {
      class Chat extends GracefulWebSocket {
        room = "lobby";
        #count = 0;
        count() {
          this.#count += 1;
          return this.#count;
        }
      }
      const socket = new Chat(address("/echo", tag), { disposable: true, protocols: ["chat"] });
      const isOne = [Chat, GracefulWebSocket, WebSocket, EventTarget].every(
        (Class) => socket instanceof Class,
      );
      await event(socket, "open");
      socket.binaryType = "arraybuffer";
      socket.send("text");
      const text = await event(socket, "message");
      socket.send(new Uint8Array([1, 2]));
      const binary = await event(socket, "message");
      const received = [text.data, ...new Uint8Array(binary.data)];
      const { room, url } = socket;
      const count = socket.count();
      await socket.close();
      await socket.released;
      return { isOne, received, room, count, url: url === address("/echo", tag).href };
    }, newTag());
    assert.deepEqual(found, { isOne: true, received: ["text", 1, 2], room: "lobby", count: 1, url: true });
  });

  test("closes like others when the frame is in the way of nothing: fifty at once, and no frame is left", async () => {
    const tag = newTag();
    const { outcomes, left } = await page().run(async (tag) => {
      const reports = Array.from({ length: 50 }, async () => {
        const socket = connect("/silent", tag, { disposable: true, closeTimeout: 200 });
        await event(socket, "open");
        return socket.close();
      });
      const outcomes = (await Promise.all(reports)).map(({ outcome }) => outcome);
      return { outcomes, left: document.querySelectorAll("iframe").length };
    }, tag);
    assert.deepEqual(new Set(outcomes), new Set(["timed-out"]));
    assert.equal(left, 0);
    const connections = await stage.server.connections(tag, CUTS ? "ended" : "closing");
    assert.equal(connections.length, outcomes.length);
  });

  test("that cannot be constructed leaves no frame, and throws what the platform throws", async () => {
    const { names, left } = await page().run(() => {
      const names = [
        ["ftp://127.0.0.1"],
        ["ws://["],
        ["ws://127.0.0.1", { protocols: ["a", "a"] }],
        ["ws://127.0.0.1", { protocols: ["not a token"] }],
        [Symbol("no URL")],
      ].map(
        ([url, options]) => thrown(() => new GracefulWebSocket(url, { ...options, disposable: true }))?.name,
      );
      return { names, left: document.querySelectorAll("iframe").length };
    });
    assert.deepEqual(names, ["SyntaxError", "SyntaxError", "SyntaxError", "SyntaxError", "TypeError"]);
    assert.equal(left, 0);
  });

  test("of a class that is not the platform's is refused, unless that can cut connections itself", async () => {
    const found = await page().run(async (tag) => {
      class Other extends WebSocket {}
      class Terminable extends WebSocket {
        terminate() {}
      }
      const construct = (Base) => new (withGracefulClose(Base))(address("/echo", tag), { disposable: true });
      const refused = thrown(() => construct(Other));
      const report = await construct(Terminable).close();
      return { refused: refused.name, phase: report.phase };
    }, newTag());
    assert.deepEqual(found, { refused: "NotSupportedError", phase: "connecting" });
  });
});

/** Pages in whose head a classic script opens a disposable socket before there is a body. */
for (const [name, policy] of Object.entries({
  "before there is a body": "",
  "under a policy that allows no frames":
    "default-src 'none'; frame-src 'none'; child-src 'none'; connect-src *; script-src 'self' 'unsafe-inline' 'unsafe-eval'",
})) {
  test(`a disposable socket is constructed ${name}`, async (t) => {
    const page = await stage.emptyPage(t);
    const tag = newTag();
    const meta = policy && `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
    await stage.serve(
      "head.html",
      `<!doctype html>${meta}<script src="/dist/graceful-websocket.global.js"></script><script>
        hasBody = document.body !== null;
        url = location.origin.replace("http", "ws") + "/silent?tag=${tag}";
        socket = new GracefulWebSocket(url, { disposable: true, closeTimeout: 200 });
      </script><title>Test</title>`,
    );
    await page.goto("/head.html");
    const found = await page.run(async () => {
      if (socket.readyState === 0) {
        await new Promise((resolve) => socket.addEventListener("open", resolve));
      }
      const { outcome } = await socket.close(3000, "done");
      return { hasBody, outcome, left: document.querySelectorAll("iframe").length };
    });
    assert.deepEqual(found, { hasBody: false, outcome: "timed-out", left: 0 });
    const until = CUTS ? "ended" : "closing";
    assert.deepEqual(closesReceived(await stage.server.connection(tag, until)), [FRAME]);
  });
}

/** Ways in which a page loses the frame of a socket that it does not know of. They run in the page. */
const TAKEN_AWAY = {
  "takes the frame out": () => document.querySelector("iframe").remove(),
  "renders the whole document anew": () =>
    document.documentElement.replaceWith(document.createElement("html")),
  "opens the document for writing": () => {
    document.open();
    document.close();
  },
};

for (const [what, takeAway] of Object.entries(CUTS ? TAKEN_AWAY : {})) {
  for (const [when, calls, expected] of [
    ["while the socket is open", [], { initiator: "transport", phase: "open", sent: null }],
    ["while it closes", ["close"], { initiator: "local", phase: "handshake", sent: FRAME }],
  ]) {
    test(`a page ${what} ${when}: it settles at once, with one close event`, async (t) => {
      const page = await stage.page(t);
      const tag = newTag();
      const found = await page.run(
        async ([takeAway, calls, tag, { code, reason }]) => {
          const socket = connect("/silent", tag, { disposable: true, closeTimeout: 20_000 });
          const seen = watch(socket);
          await event(socket, "open");
          for (const call of calls) {
            socket[call](code, reason);
          }
          // biome-ignore lint/security/noGlobalEval: a function of the test's, for the page
          globalThis.eval(`(${takeAway})`)();
          const report = await socket.closed;
          await socket.released;
          const { timeConnecting, timeOpen, elapsed, ...rest } = report;
          return {
            report: rest,
            isSoon: elapsed < 10_000,
            events: seen.byListener.map(({ type, readyState }) => `${type} ${readyState}`),
            attributes: seen.byAttribute.map(({ type }) => type),
          };
        },
        [String(takeAway), calls, tag, FRAME],
      );
      assert.deepEqual(found, {
        report: {
          ...{ code: 1006, reason: "", wasClean: false, outcome: "unclean", unsentBytes: 0 },
          ...expected,
        },
        isSoon: true,
        events: ["open 1", "close 3"],
        attributes: ["open", "close"],
      });
      assert.deepEqual(await page.uncaught(), []);
      await stage.server.connection(tag, "ended");
    });
  }
}

test("in a sandbox, disposable is refused before anything is opened, and leaves no frame", async (t) => {
  const page = await stage.page(t);
  const tag = newTag();
  await stage.serve(
    "sandboxed.html",
    `<!doctype html><script src="/dist/graceful-websocket.global.js"></script><script>
      const url = new URLSearchParams(location.search).get("url");
      try {
        new GracefulWebSocket(url, { disposable: true }).terminate();
        parent.postMessage({ name: "nothing" }, "*");
      } catch ({ name, message }) {
        parent.postMessage({ name, message, left: document.querySelectorAll("iframe").length }, "*");
      }
    </script>`,
  );
  const { name, message, left } = await page.run(
    async (url) => {
      const frame = document.createElement("iframe");
      frame.sandbox = "allow-scripts";
      frame.src = `/sandboxed.html?url=${encodeURIComponent(url)}`;
      document.body.append(frame);
      return (await event(window, "message")).data;
    },
    `${stage.server.address.replace("http", "ws")}/echo?tag=${tag}`,
  );
  if (CUTS) {
    assert.equal(name, "NotSupportedError");
    assert.match(message, /in no sandbox$/);
    assert.equal(left, 0);
    assert.deepEqual(await stage.server.connections(tag), []);
  } else {
    assert.equal(name, "nothing", "Firefox needs no frame, since it has no use for one");
  }
});

test("in a worker, disposable is refused before anything is opened", async (t) => {
  const page = await stage.page(t);
  const tag = newTag();
  const { name, message } = await page.run(
    async (url) => {
      const script = `importScripts("${location.origin}/dist/graceful-websocket.global.js");
      try { new GracefulWebSocket("${url}", { disposable: true }) }
      catch ({ name, message }) { postMessage({ name, message }) }`;
      const worker = new Worker(URL.createObjectURL(new Blob([script])));
      const { data } = await event(worker, "message");
      worker.terminate();
      return data;
    },
    `${stage.server.address.replace("http", "ws")}/echo?tag=${tag}`,
  );
  assert.equal(name, "NotSupportedError");
  assert.match(message, /^disposable needs .* a document/);
  assert.deepEqual(await stage.server.connections(tag), []);
});

stage.leavesNothing();
