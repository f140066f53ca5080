// A page that is told to go elsewhere, and stays, with the sockets of its frames and workers. Firefox closes those of the
// document that is told, of the frames in it, and of its dedicated workers. A frame hears of it as its page does; a worker hears
// nothing, so that there it is seen only when somebody looks at the socket.

import assert from "node:assert/strict";
import { test } from "node:test";

import { assertReport } from "./ending.mjs";
import { engine } from "./engines.mjs";
import {
  act,
  assertEngineActed,
  assertStaysOpen,
  BY_BROWSER,
  BY_PAGE,
  BY_PEER,
  CLOSE_TIMEOUT_MS,
  FRAME,
  GOING_AWAY,
  goNowhere,
  openSocket,
  PATHS,
  PEERS,
} from "./navigations.mjs";
import { closesReceived } from "./server.mjs";
import { newTag, setStage } from "./stage.mjs";

const stage = setStage();

/** Opens a socket of a frame that has the package, and returns its tag. The frame is the page's only one. */
async function openInFrame(page, path) {
  const tag = newTag();
  await page.run(
    async ([path, tag, options]) => {
      const frame = Object.assign(document.createElement("iframe"), { src: "/index.html" });
      document.body.append(frame);
      await event(frame, "load");
      const inFrame = frame.contentWindow;
      await inFrame.eval('import("/in-page.mjs")');
      const socket = await inFrame.open(path, tag, options);
      sockets.set(tag, { socket, seen: watch(socket) });
    },
    [path, tag, { closeTimeout: CLOSE_TIMEOUT_MS }],
  );
  return tag;
}

for (const path of PATHS) {
  test(`the page goes nowhere, with a socket at ${path} in a frame`, async (t) => {
    const page = await stage.page(t);
    const tag = await openInFrame(page, path);
    await act(page, goNowhere);
    await assertEngineActed(stage, page, { path, tag });
  });

  test(`a frame goes nowhere, with a socket at ${path}, and the page's own stays open`, async (t) => {
    const page = await stage.page(t);
    const tag = await openInFrame(page, path);
    const pages = await openSocket(page, "/echo");
    await act(page, () => {
      frames[0].location.href = "/204";
    });
    await assertEngineActed(stage, page, { path, tag });
    await assertStaysOpen(stage, page, { path: "/echo", tag: pages });
  });
}

/** The script of a worker: it opens a socket, and answers what it is asked about it. */
const WORKER = `(${() => {
  const serve = (port) => {
    let socket;
    const answers = {
      open: ({ url, options }) => {
        socket = new GracefulWebSocket(url, options);
        return new Promise((resolve) => socket.addEventListener("open", () => resolve(), { once: true }));
      },
      look: () => socket.readyState,
      close: ({ code, reason }) => socket.close(code, reason),
      closed: () => socket.closed,
    };
    port.onmessage = async ({ data: { ask, argument } }) => port.postMessage(await answers[ask](argument));
  };
  if ("onconnect" in globalThis) {
    globalThis.onconnect = ({ ports }) => serve(ports[0]);
  } else {
    serve(globalThis);
  }
}})();`;

/** A page with a worker that has an open socket; `ask` asks the worker about it. */
async function pageWithWorker(t, kind, path) {
  await stage.serve("worker.js", `importScripts("/dist/graceful-websocket.global.js"); ${WORKER}`);
  const page = await stage.page(t);
  const tag = newTag();
  await page.run((kind) => {
    const worker = new globalThis[kind]("/worker.js");
    const port = worker.port ?? worker;
    globalThis.ask = async (ask, argument) => {
      const answered = event(port, "message");
      port.postMessage({ ask, argument });
      return (await answered).data;
    };
    port.start?.();
  }, kind);
  const ask = (what, argument) =>
    page.run(([what, argument]) => globalThis.ask(what, argument), [what, argument]);
  const url = await page.run(([path, tag]) => address(path, tag).href, [path, tag]);
  await ask("open", { url, options: { closeTimeout: CLOSE_TIMEOUT_MS } });
  return { page, tag, ask };
}

/** The worker's socket is as open as before, and closes as any other. */
async function assertWorkersStaysOpen({ tag, ask }, path) {
  assert.equal(await ask("look"), 1);
  assertReport(await ask("close", FRAME), { ...PEERS[path].answers(FRAME), ...BY_PAGE });
  assert.deepEqual(closesReceived(await stage.server.connection(tag, "closing")), [FRAME]);
}

for (const path of PATHS) {
  test(`the page goes nowhere, with a socket at ${path} in a dedicated worker`, async (t) => {
    const worker = await pageWithWorker(t, "Worker", path);
    const { page, tag, ask } = worker;
    const request = await act(page, goNowhere);
    await stage.server.connection(request, "ended");
    if (!engine.closesInPageThatStays) {
      await assertWorkersStaysOpen(worker, path);
      return;
    }
    const connection = await stage.server.connection(tag, "closing");
    assert.deepEqual(closesReceived(connection), [GOING_AWAY]);
    const isAnswered = path !== "/silent";
    if (!isAnswered) {
      assert.equal(await ask("look"), 2);
    }
    const expected = { ...PEERS[path].answers(GOING_AWAY), ...(isAnswered ? BY_PEER : BY_BROWSER) };
    assertReport(await ask("closed"), expected);
  });
}

test("the page goes nowhere, with a socket in a shared worker, which stays open in every engine", async (t) => {
  const worker = await pageWithWorker(t, "SharedWorker", "/echo");
  const request = await act(worker.page, goNowhere);
  await stage.server.connection(request, "ended");
  await assertWorkersStaysOpen(worker, "/echo");
});

stage.leavesNothing();
