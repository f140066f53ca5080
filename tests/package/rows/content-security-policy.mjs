// The rows of the Content-Security-Policy: which is enough, and what the package says when it is not.

import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";

import { pageByEsbuild } from "./bundlers.mjs";

const FILES = {
  "/": ["index.html", "text/html"],
  "/main.js": ["main.js", "text/javascript"],
};

export const rows = [
  allowed("script-src 'self' 'wasm-unsafe-eval'"),
  allowed("script-src 'self' 'wasm-unsafe-eval'; require-trusted-types-for 'script'"),
  {
    name: "refused by script-src 'self'",
    async run(workshop) {
      const policy = "script-src 'self'";
      // The page's module has been evaluated, since it leaves a result: importing does not throw.
      await withPage(workshop, policy, (address) =>
        assert.rejects(workshop.resultOf(address, "ws://127.0.0.1"), (error) => {
          assert.match(error.message, /Error: graceful-websocket could not compile.*'wasm-unsafe-eval'/);
          return true;
        }),
      );
    },
  },
];

function allowed(policy) {
  return {
    name: policy,
    run: (workshop) => withPage(workshop, policy, (address) => workshop.assertPageWorksAt(address)),
  };
}

/** Serves a consumer's page with the policy, for as long as `use` takes. */
async function withPage(workshop, policy, use) {
  const out = await pageByEsbuild(await workshop.consumer(), "main.js");
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
