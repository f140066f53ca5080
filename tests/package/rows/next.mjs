// The row of Next.js: the package is imported on the server, where nothing comes of it, and used on the client.

import assert from "node:assert/strict";
import { join } from "node:path";

/** Next.js and what it needs. They are copied, since Turbopack follows no link out of the project. */
const PACKAGES = [
  "next",
  "@next",
  "@swc",
  "baseline-browser-mapping",
  "caniuse-lite",
  "client-only",
  "nanoid",
  "picocolors",
  "postcss",
  "react",
  "react-dom",
  "scheduler",
  "source-map-js",
  "styled-jsx",
  "tslib",
];

const HOST = ["--hostname", "127.0.0.1", "--port", "0"];

export const rows = ["--turbopack", "--webpack"].flatMap((option) => [
  row(`build and start, ${option}`, async (next) => {
    await next.run("build", option);
    await next.assertServes("start", ...HOST);
  }),
  row(`development server, ${option}`, (next) => next.assertServes("dev", option, ...HOST)),
]);

function row(name, use) {
  return {
    name,
    tool: "next",
    async run(workshop) {
      const directory = await workshop.consumer({ copies: PACKAGES });
      const program = join(directory, "node_modules/next/dist/bin/next");
      await use({
        run: (...args) => workshop.run(directory, process.execPath, [program, ...args]),
        assertServes: (...args) =>
          workshop.serving(directory, process.execPath, [program, ...args], (address) =>
            assertPage(workshop, address),
          ),
      });
    },
  };
}

/** Asserts that the page is rendered on the server, and works on the client. */
async function assertPage(workshop, address) {
  const response = await fetch(address);
  assert.equal(response.status, 200);
  assert.match(await response.text(), /Rendered on the server/);
  await workshop.assertPageWorksAt(`${address}/`);
}
