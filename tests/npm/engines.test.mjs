// The public table (`docs/engines.md`), which `npm run table` writes, against what was measured and what there is to measure.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { BEHAVIOURS, TIMEOUT_MS, VARIANTS } from "../table/behaviours.mjs";
import {
  find,
  MARKDOWN_FILE,
  markdownOf,
  README_FILE,
  README_PART,
  readTable,
  shortOf,
} from "../table/document.mjs";
import { assertSettled } from "../table/records.mjs";

const PATHS = fileURLToPath(new URL("../server/src/paths.rs", import.meta.url));
const MENDED = "; `node tests/table/run.mjs --write` mends it";

let table;
before(async () => {
  table = await readTable();
});

test("docs/engines.md says what docs/engines.json does", async () => {
  assert.equal(await readFile(MARKDOWN_FILE, "utf8"), markdownOf(table), `another text${MENDED}`);
});

test("README.md says what docs/engines.json does", async () => {
  const [part] = README_PART.exec(await readFile(README_FILE, "utf8"));
  assert.equal(part, shortOf(table), `another table${MENDED}`);
});

test("every path of the server is a behaviour of the table", async () => {
  const source = await readFile(PATHS, "utf8");
  const paths = [...source.matchAll(/ name: "(\/[\w-]+)"/g)].map(([, path]) => path);
  const behaviours = BEHAVIOURS.map(({ path }) => path.split("?")[0]);
  assert.deepEqual([...new Set(behaviours)].sort(), paths.sort());
});

test("every behaviour was measured everywhere, and ours has settled in time, once", () => {
  assert.ok(table.places.length > 0);
  assert.equal(table.timeoutMs, TIMEOUT_MS);
  for (const place of table.places) {
    for (const behaviour of BEHAVIOURS) {
      for (const { name, isOurs, isOnlyInEngines = false } of VARIANTS) {
        const record = find(table, place, behaviour, name);
        assert.ok(
          record || isOnlyInEngines || behaviour.pageDoes,
          `no record of ${name}, ${behaviour.path}, ${place.name}`,
        );
        if (record && isOurs) {
          assertSettled(record, behaviour, place.name);
        }
      }
    }
  }
});
