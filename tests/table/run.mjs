// `npm run table`: every behaviour of the server, native and ours, in every engine and runtime; written to `docs/` and, in
// short, into README.md. It fails if a socket of ours has not settled as it must. With `--write` it only writes the Markdown
// of what was measured last.

import { readFile, writeFile } from "node:fs/promises";

import { Workshop } from "../package/workshop.mjs";
import { BEHAVIOURS, rowsOf, TIMEOUT_MS, VARIANTS } from "./behaviours.mjs";
import {
  find,
  JSON_FILE,
  jsonOf,
  MARKDOWN_FILE,
  markdownOf,
  README_FILE,
  README_PART,
  readTable,
  shortOf,
} from "./document.mjs";
import { engines, runtimes } from "./places.mjs";
import { assertSettled, ROOM_MS } from "./records.mjs";
import { measureIn } from "./round.mjs";

/** After so long, a row that has not ended is given up. */
const PATIENCE_MS = 90_000;
const DATE_LENGTH = "2026-11-22".length;

if (process.argv.includes("--write")) {
  await write(await readTable());
} else {
  const table = await measure();
  const problems = problemsOf(table);
  if (problems.length > 0) {
    console.error(problems.join("\n"));
    process.exitCode = 1;
  } else {
    await writeFile(JSON_FILE, jsonOf(table));
    await write(table);
  }
}

/** Measures everywhere. Places overlap, since a row may take as long as it is given, but each begins when the one before is quiet. */
async function measure() {
  const workshop = await Workshop.open();
  try {
    const rounds = [];
    for (const place of [...engines(), ...runtimes()]) {
      console.log(`Measuring in ${place.name}`);
      await new Promise((quiet) => {
        const round = measurePlace(place, workshop, quiet);
        rounds.push(round);
        round.catch(quiet);
      });
    }
    console.log(`Waiting for the rows that take ${PATIENCE_MS / 1000} s`);
    const ended = await Promise.allSettled(rounds);
    const failed = ended.find(({ status }) => status === "rejected");
    if (failed) {
      throw failed.reason;
    }
    return {
      measuredOn: new Date().toISOString().slice(0, DATE_LENGTH),
      timeoutMs: TIMEOUT_MS,
      roomMs: ROOM_MS,
      patienceMs: PATIENCE_MS,
      variants: VARIANTS.map(({ name }) => name),
      places: ended.map(({ value }) => value.place),
      records: ended.flatMap(({ value }) => value.records),
    };
  } finally {
    await workshop.close();
  }
}

async function measurePlace(place, workshop, oursSettled) {
  const hasPage = place.engine !== undefined;
  const rows = rowsOf(
    VARIANTS.filter(({ isOnlyInEngines }) => !isOnlyInEngines || hasPage),
    { hasPage },
  );
  const records = await measureIn(place, workshop, { rows, patienceMs: PATIENCE_MS, oursSettled });
  const { name } = place;
  return {
    place: { name, version: place.version },
    records: records.map((record) => ({ place: name, ...record })),
  };
}

/** What ours should not have done. */
function problemsOf(table) {
  const ours = VARIANTS.filter(({ isOurs }) => isOurs);
  return table.places.flatMap((place) =>
    BEHAVIOURS.flatMap((behaviour) =>
      ours.flatMap(({ name }) => {
        const record = find(table, place, behaviour, name);
        try {
          if (record) {
            assertSettled(record, behaviour, place.name);
          }
          return [];
        } catch ({ message }) {
          return [`${place.name}, ${behaviour.title}: ${message}`];
        }
      }),
    ),
  );
}

async function write(table) {
  await writeFile(MARKDOWN_FILE, markdownOf(table));
  const readme = await readFile(README_FILE, "utf8");
  await writeFile(
    README_FILE,
    readme.replace(README_PART, () => shortOf(table)),
  );
}
