// The class in every kind of worker: constructed in the place of `self.WebSocket`, closed cleanly, and timed out.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ABNORMAL, assertReport, BROWSER, SERVER } from "./ending.mjs";
import { closesReceived } from "./server.mjs";
import { newTag, setStage } from "./stage.mjs";

const CLOSE_TIMEOUT_MS = 300;
const FRAME = { code: 3000, reason: "done" };
const ENDED = { phase: "handshake", initiator: "local", sent: FRAME };
const CLEAN = { ...FRAME, ...ENDED, wasClean: true, outcome: "clean" };
const TIMED_OUT = { ...ABNORMAL, ...ENDED, outcome: "timed-out", elapsed: CLOSE_TIMEOUT_MS };

const stage = setStage();

/** What runs in the worker: it answers on the port that comes with the request. */
function answerRequests() {
  const listen = (scope) => {
    scope.onmessage = async ({ data, ports: [port] }) => {
      port.postMessage(await probe(data).catch((error) => ({ error: String(error) })));
    };
  };
  // A shared worker's messages come through the port of each page.
  self.onconnect = ({ ports: [port] }) => listen(port);
  listen(self);

  async function probe({ url, closeTimeout, close }) {
    const Platforms = Object.getPrototypeOf(WebSocket);
    const names = (Class) => [Class, Class.prototype].flatMap(Reflect.ownKeys);
    const shape = {
      name: WebSocket.name,
      length: WebSocket.length,
      isBelow: Platforms.name === "WebSocket" && WebSocket.prototype instanceof Platforms,
      missing: names(Platforms).filter((name) => !names(WebSocket).includes(name)),
      isEnumerable: Object.keys(Platforms.prototype).every((name) =>
        Object.keys(WebSocket.prototype).includes(name),
      ),
    };
    const events = [];
    const socket = new WebSocket(url);
    socket.closeTimeout = closeTimeout;
    for (const type of ["open", "message", "error", "close"]) {
      socket.addEventListener(type, () => events.push(`${type} ${socket.readyState}`));
      socket[`on${type}`] = () => events.push(`on${type} ${socket.readyState}`);
    }
    await new Promise((resolve) => socket.addEventListener("open", resolve));
    const report = await socket.close(...close);
    const isOne = socket instanceof WebSocket && socket instanceof Platforms && socket.url === url;
    return { shape, events, report, isOne, readyState: socket.readyState };
  }
}

/** The script of a worker, after the statements that replace the class. */
function script(replace) {
  return `${replace}\n(${answerRequests})();`;
}

const MODULE = script('import "/dist/register.js";');
const CLASSIC = script(
  'importScripts("/dist/graceful-websocket.global.js"); self.WebSocket = GracefulWebSocket;',
);

/** How a page starts each kind of worker: what is returned has postMessage(). */
const KINDS = {
  "a dedicated worker, a module": { file: "dedicated.mjs", content: MODULE, start: startDedicated },
  "a dedicated worker, a classic script": { file: "dedicated.js", content: CLASSIC, start: startDedicated },
  "a shared worker, a module": { file: "shared.mjs", content: MODULE, start: startShared },
  "a shared worker, a classic script": { file: "shared.js", content: CLASSIC, start: startShared },
  "a service worker, a module": { file: "service.mjs", content: MODULE, start: startService },
  "a service worker, a classic script": { file: "service.js", content: CLASSIC, start: startService },
};

function startDedicated(url, type) {
  const worker = new Worker(url, { type });
  return { worker, end: () => worker.terminate() };
}

function startShared(url, type) {
  const { port } = new SharedWorker(url, { type });
  port.start();
  return { worker: port, end: () => port.close() };
}

async function startService(url, type) {
  const registration = await navigator.serviceWorker.register(url, { type });
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  return { worker, end: () => registration.unregister() };
}

for (const [name, { file, content, start }] of Object.entries(KINDS)) {
  for (const [how, path, expected, until, endedBy] of [
    ["closes cleanly", "/echo", CLEAN, "ended", SERVER],
    ["times out", "/silent", TIMED_OUT, "closing", BROWSER],
  ]) {
    test(`in ${name}: takes the platform's place, and ${how}`, async (t) => {
      await stage.serve(file, content);
      const page = await stage.page(t);
      const tag = newTag();
      const { shape, events, report, isOne, readyState, error } = await page.run(
        async ([start, url, path, tag, closeTimeout, close]) => {
          // biome-ignore lint/security/noGlobalEval: a function of the test's, for the page
          const { worker, end } = await globalThis.eval(`(${start})`)(
            url,
            url.endsWith(".mjs") ? "module" : "classic",
          );
          const { port1, port2 } = new MessageChannel();
          const answered = event(port1, "message");
          port1.start();
          worker.postMessage({ url: address(path, tag).href, closeTimeout, close }, [port2]);
          const { data } = await answered;
          await end();
          return data;
        },
        [String(start), `/${file}`, path, tag, CLOSE_TIMEOUT_MS, [FRAME.code, FRAME.reason]],
      );
      assert.equal(error, undefined);
      assert.deepEqual(shape, {
        name: "WebSocket",
        length: 1,
        isBelow: true,
        missing: [],
        isEnumerable: true,
      });
      assert.deepEqual(events, ["open 1", "onopen 1", "close 3", "onclose 3"]);
      assert.deepEqual({ isOne, readyState }, { isOne: true, readyState: 3 });
      assertReport(report, expected);
      const connection = await stage.server.connection(tag, until);
      assert.deepEqual(closesReceived(connection), [FRAME]);
      assert.ok([undefined, ...endedBy].includes(connection.ended?.by), connection.ended?.by);
    });
  }
}

stage.leavesNothing();
