// What the documents say of the benchmarks is what was measured last.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { plotsOf } from "../../benches/plots.mjs";
import {
  MARKDOWN_FILE,
  markdownOf,
  plotFile,
  README_FILE,
  README_PART,
  readResults,
  shortOf,
} from "../../benches/report.mjs";

const MEND = "`node benches/run.mjs --write` mends it";

test("docs/benchmarks.md says what docs/benchmarks.json has", async () => {
  assert.equal(await readFile(MARKDOWN_FILE, "utf8"), markdownOf(await readResults()), MEND);
});

test("the part in README.md says what docs/benchmarks.json has", async () => {
  const [part] = README_PART.exec(await readFile(README_FILE, "utf8"));
  assert.equal(part, shortOf(await readResults()), MEND);
});

test("every plot shows what docs/benchmarks.json has", async () => {
  const plots = Object.entries(await plotsOf(await readResults()));
  assert.ok(plots.length > 0);
  for (const [name, svg] of plots) {
    assert.equal(await readFile(plotFile(name), "utf8"), svg, `${name}: ${MEND}`);
  }
});
