// The rows without a bundler: files of the package in a page, as they are.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";

const ENTRY = "./node_modules/graceful-websocket/dist/index.js";
const JS_ENTRY = "./node_modules/graceful-websocket/dist/js.js";
const GLOBAL = "node_modules/graceful-websocket/dist/graceful-websocket.global.js";

const PAGES = {
  "module script, import map": `
    <script type="importmap">${JSON.stringify({ imports: { "graceful-websocket": ENTRY } })}</script>
    <script type="module" src="main.js"></script>`,
  "module script, path": `
    <script type="module">
      import { GracefulWebSocket } from "${ENTRY}";
      import { exercise } from "./exercise.js";
      globalThis.result = exercise(GracefulWebSocket, new URLSearchParams(location.search).get("server"));
    </script>`,
  "js, import map": `
    <script type="importmap">${JSON.stringify({ imports: { "graceful-websocket/js": JS_ENTRY } })}</script>
    <script type="module" src="js.js"></script>`,
  "classic script": `<script src="${GLOBAL}"></script><script src="classic.js"></script>`,
  "classic worker, importScripts": '<script src="in-worker.js"></script>',
};

export const rows = Object.entries(PAGES).map(([name, body]) => ({
  name,
  async run(workshop) {
    const directory = await workshop.consumer();
    await writeFile(join(directory, "index.html"), `<!doctype html><title>Consumer</title>${body}`);
    await workshop.assertPageWorks(directory);
  },
}));
