// The rows of the Content-Security-Policy: which is enough, and what the package does when it is not.

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";

import { assertRefused, assertUnchanged } from "../refused.mjs";
import { pageByEsbuild } from "./bundlers.mjs";

const FILES = {
  "/": ["index.html", "text/html"],
  "/main.js": ["main.js", "text/javascript"],
};

const WITHOUT_WASM = "script-src 'self'";

export const rows = [
  allowed("script-src 'self' 'wasm-unsafe-eval'"),
  allowed("script-src 'self' 'wasm-unsafe-eval'; require-trusted-types-for 'script'"),
  {
    name: `refused by ${WITHOUT_WASM}`,
    run: (workshop) =>
      withPage(workshop, WITHOUT_WASM, "main.js", (address) =>
        assertRefused(workshop, address, /could not compile.*'wasm-unsafe-eval'.*graceful-websocket\/js/),
      ),
  },
  {
    name: `register, ${WITHOUT_WASM}`,
    run: (workshop) =>
      withPage(workshop, WITHOUT_WASM, "register-refused.js", (address) =>
        assertUnchanged(workshop, address),
      ),
  },
  allowed(WITHOUT_WASM, "js"),
  allowed(`${WITHOUT_WASM}; require-trusted-types-for 'script'`, "js"),
];

function allowed(policy, entry) {
  return {
    name: entry ? `${entry}, ${policy}` : policy,
    run: (workshop) =>
      withPage(workshop, policy, `${entry ?? "main"}.js`, (address) => workshop.assertPageWorksAt(address)),
  };
}

/** Serves a consumer's page with the policy, for as long as `use` takes. */
async function withPage(workshop, policy, entry, use) {
  const out = await pageByEsbuild(await workshop.consumer(), entry);
  const server = createServer(async ({ url }, response) => {
    const [file, type] = FILES[new URL(url, "http://localhost").pathname] ?? [];
    if (file) {
      const content = await readFile(join(out, file));
      const headers = {
        "Content-Type": type,
        "Content-Security-Policy": `default-src 'none'; connect-src ws://127.0.0.1:*; ${policy}`,
      };
      response.writeHead(200, headers).end(content);
    } else {
      response.writeHead(404).end();
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    await use(`http://127.0.0.1:${server.address().port}/`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}
