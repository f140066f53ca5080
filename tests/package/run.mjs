// `npm run test:package`: the package as it would be published, in the hands of those who consume it. Every row is a
// tool or a way to load it; arguments choose rows by a part of their name. With `--write` it only writes the table of them
// into README.md.

import { availableParallelism } from "node:os";

import { rows as bundlers } from "./rows/bundlers.mjs";
import { rows as checkers } from "./rows/checkers.mjs";
import { rows as clients } from "./rows/clients.mjs";
import { rows as contentSecurityPolicy } from "./rows/content-security-policy.mjs";
import { rows as contents } from "./rows/contents.mjs";
import { rows as doubles } from "./rows/doubles.mjs";
import { rows as everyPath } from "./rows/every-path.mjs";
import { rows as frameworks } from "./rows/frameworks.mjs";
import { rows as headers } from "./rows/headers.mjs";
import { rows as next } from "./rows/next.mjs";
import { rows as pages } from "./rows/pages.mjs";
import { rows as runtimes } from "./rows/runtimes.mjs";
import {
  programs as programsWithoutWebAssembly,
  rows as withoutWebAssembly,
} from "./rows/without-webassembly.mjs";
import { rows as workerd } from "./rows/workerd.mjs";
import { rows as ws } from "./rows/ws.mjs";
import { tableRow, writeTable } from "./tried.mjs";
import { versionOf, Workshop } from "./workshop.mjs";

const AT_ONCE = Math.min(2, availableParallelism());

/** As the table in README.md has them. */
const GROUPS = {
  bundlers: [...bundlers, ...next],
  pages: [...pages, ...contentSecurityPolicy, ...withoutWebAssembly],
  runtimes: [...runtimes, ...workerd, ...programsWithoutWebAssembly, ...ws, ...headers, ...everyPath],
  clients,
  doubles,
  frameworks,
  checkers: [...contents, ...checkers],
};

const wanted = process.argv.slice(2);
if (wanted.includes("--write")) {
  await writeTable(GROUPS);
  process.exit();
}
const rows = [...Object.values(GROUPS).flat(), tableRow(GROUPS)]
  .map((row) => ({ ...row, title: [row.name, row.tool].filter(Boolean).join(", ") }))
  .filter(({ title }) => wanted.length === 0 || wanted.some((part) => title.includes(part)));

const begun = performance.now();
const workshop = await Workshop.open();
const { filename, size, unpackedSize } = workshop.packed;
console.log(`${filename}: ${size} bytes, ${unpackedSize} unpacked`);
const results = [];
try {
  const waiting = rows.values();
  await Promise.all(Array.from({ length: AT_ONCE }, () => work(waiting)));
} finally {
  await workshop.close();
}
print();

/** Takes rows until none waits. */
async function work(waiting) {
  for (const row of waiting) {
    results[rows.indexOf(row)] = await attempt(row);
  }
}

async function attempt({ name, tool, run }) {
  const start = performance.now();
  const version = tool ? `${tool} ${await versionOf(tool)}` : "";
  const [passed, note] = await run(workshop).then(
    (note) => [true, note ?? ""],
    (error) => [false, reasonOf(error)],
  );
  const result = { name, version, passed, seconds: secondsSince(start), note };
  const title = [name, version].filter(Boolean).join(", ");
  console.log(passed ? `passed  ${title}` : `FAILED  ${title}\n${note}`);
  return result;
}

/** What went wrong; a program says it by what it prints, of which the message has only the one half. */
function reasonOf({ cmd, message, stack, stdout }) {
  return cmd ? `${message}\n${stdout}` : stack;
}

function print() {
  const lines = results.map(({ name, version, passed, seconds, note }) => [
    name,
    version,
    passed ? "passed" : "FAILED",
    `${seconds} s`,
    note.split("\n")[0],
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((line) => line[column].length)));
  console.log("");
  for (const line of lines) {
    console.log(
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
  }
  const passed = results.filter((result) => result.passed).length;
  console.log(`\n${passed} passed, ${results.length - passed} failed, in ${secondsSince(begun)} s`);
  process.exitCode = passed === results.length ? 0 : 1;
}

function secondsSince(start) {
  return ((performance.now() - start) / 1000).toFixed(1);
}
