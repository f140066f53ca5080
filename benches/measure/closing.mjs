// From `close()` to the event, against a peer that never answers.

import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";

import { repetitions } from "../effort.mjs";
import { load } from "../stage.mjs";
import { tail } from "../statistics.mjs";

/** The time that everyone is given who takes one. */
export const CLOSE_TIMEOUT_MS = 1_000;
/** Fewer than the 255 sockets that Chromium allows a page. */
const CLOSES = repetitions(200);
const APART_MS = 10;
/** The browser's own takes a minute, and is always the same. */
const NATIVE_CLOSES = repetitions(20);
const IN_PAGE = "/js/closers.js";

/** The browser's own: takes a minute, in which others can be measured. */
export function closeNative(stage) {
  return closeInPage(stage, { name: "native", closes: NATIVE_CLOSES });
}

/** Everybody else, one after the other. */
export async function measureClosing(stage) {
  const records = [];
  for (const name of ["graceful-websocket", "disposable", "websocket-as-promised", "phoenix"]) {
    records.push(await closeInPage(stage, { name, closes: CLOSES }));
  }
  const { WebSocket } = load("ws");
  const [{ withGracefulClose }, { standardWebSocket }] = await Promise.all(
    ["index", "ws"].map((entry) => import(`../../dist/${entry}.js`)),
  );
  records.push(await closeInNode(stage, "ws", WebSocket));
  records.push(
    await closeInNode(stage, "graceful-websocket/ws", withGracefulClose(standardWebSocket(WebSocket))),
  );
  return records;
}

function closeInPage(stage, { name, closes }) {
  return stage.withPage(async (page) => {
    const tag = randomUUID();
    const url = stage.url(`/silent?tag=${tag}`);
    const took = await page.call(IN_PAGE, "closeAll", name, url, CLOSE_TIMEOUT_MS, closes, APART_MS);
    // With the socket the browser is told to cut the connection, and does so a little later.
    const peer = await peerOf(stage, tag, name === "disposable" ? "ended" : undefined);
    return { contestant: name, place: "Chromium", ms: tail(took), peer };
  });
}

async function closeInNode(stage, name, WebSocket) {
  const tag = randomUUID();
  const took = await Promise.all(
    Array.from({ length: CLOSES }, async (_, index) => {
      const socket = new WebSocket(stage.url(`/silent?tag=${tag}`), { closeTimeout: CLOSE_TIMEOUT_MS });
      await once(socket, "open");
      await pause(index * APART_MS);
      const closed = once(socket, "close");
      const begun = performance.now();
      socket.close();
      await closed;
      return performance.now() - begun;
    }),
  );
  return { contestant: name, place: "Node", ms: tail(took), peer: await peerOf(stage, tag, "ended") };
}

/** How long the peer had the connections, from the Close frame on; null if it still has one. */
async function peerOf(stage, tag, until) {
  const connections = await stage.server.connections(tag, until);
  const times = connections.map(({ frames, ended }) => {
    const close = frames.find(({ opcode, direction }) => opcode === "close" && direction === "received");
    return ended && close ? ended.at - close.at : null;
  });
  return times.includes(null) ? null : tail(times);
}
