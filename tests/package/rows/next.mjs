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

export const rows = ["--turbopack", "--webpack"].map((option) => ({
  name: `build and start, ${option}`,
  tool: "next",
  async run(workshop) {
    const directory = await workshop.consumer({ copies: PACKAGES });
    const next = join(directory, "node_modules/next/dist/bin/next");
    await workshop.run(directory, process.execPath, [next, "build", option]);
    const args = [next, "start", "--hostname", "127.0.0.1", "--port", "0"];
    await workshop.serving(directory, process.execPath, args, async (address) => {
      const response = await fetch(address);
      assert.equal(response.status, 200);
      assert.match(await response.text(), /Rendered on the server/);
      await workshop.assertPageWorksAt(`${address}/`);
    });
  },
}));
