// The table of what was tried, in README.md: written from the rows, and held against them.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { REPOSITORY, versionOf } from "./workshop.mjs";

const README = join(REPOSITORY, "README.md");
const TABLE = /(?<=<!-- tried -->\n)[\s\S]*(?=<!-- \/tried -->)/;
const HEAD = "| | tried with | rows |\n|---|---|---|\n";

/** The row that holds the table against the groups of rows. */
export function tableRow(groups) {
  return {
    name: "the table in README.md",
    async run() {
      const [table] = TABLE.exec(await readFile(README, "utf8")) ?? [];
      const message = "README.md tells of other rows; `node tests/package/run.mjs --write` mends it";
      assert.equal(table, await tableOf(groups), message);
    },
  };
}

export async function writeTable(groups) {
  const table = await tableOf(groups);
  await writeFile(
    README,
    (await readFile(README, "utf8")).replace(TABLE, () => table),
  );
}

async function tableOf(groups) {
  const lines = Object.entries(groups).map(async ([name, rows]) => {
    const tried = await Promise.all(rows.map((row) => (row.tool ? nameOf(row.tool) : row.name)));
    return `| ${name} | ${[...new Set(tried)].join(" · ")} | ${rows.length} |\n`;
  });
  return HEAD + (await Promise.all(lines)).join("");
}

/** A tool and its version; one that is there in several has the major one in its name. */
async function nameOf(tool) {
  return `${tool.replace(/-\d+$/, "")} ${await versionOf(tool)}`;
}
