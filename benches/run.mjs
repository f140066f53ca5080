// `npm run bench`: measures, and writes `docs/benchmarks.*` and a part of README.md. With `--write` it only writes the documents
// of what was measured last; with `--short` it measures everything once and keeps nothing.

import { readFile, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";

import { inJavaScript, inRust } from "./contestants/all.mjs";
import { IS_SHORT } from "./effort.mjs";
import { CLOSE_TIMEOUT_MS, closeNative, measureClosing } from "./measure/closing.mjs";
import { CYCLES, measureCycles } from "./measure/cycles.mjs";
import { measureFirstUse } from "./measure/first-use.mjs";
import { measureMemory } from "./measure/memory.mjs";
import { measureMessages } from "./measure/messages.mjs";
import { measureProfiles } from "./measure/profiles.mjs";
import { measureScale } from "./measure/scale.mjs";
import { measureSizes } from "./measure/sizes.mjs";
import { plotsOf } from "./plots.mjs";
import {
  JSON_FILE,
  jsonOf,
  MARKDOWN_FILE,
  markdownOf,
  plotFile,
  README_FILE,
  README_PART,
  readResults,
  shortOf,
} from "./report.mjs";
import { rustManifest, Stage } from "./stage.mjs";

const DATE_LENGTH = "2026-11-22".length;
/** Enough that no rounding shows in the documents. */
const DIGITS = 5;

if (IS_SHORT) {
  await documents(rounded(await measure()));
  console.log("Everything can be measured, and written");
} else {
  if (!process.argv.includes("--write")) {
    await writeFile(JSON_FILE, jsonOf(rounded(await measure())));
  }
  for (const [path, text] of await documents(await readResults())) {
    await writeFile(path, text);
  }
}

async function measure() {
  const loadBefore = loadavg()[0];
  const stage = await Stage.open();
  try {
    const javaScript = await inJavaScript();
    const nativeAndOurs = javaScript.slice(0, 2);
    const rust = await inRust();
    // It only waits, for a minute.
    const native = closeNative(stage);
    native.catch(() => {}); // until it is awaited
    const sizes = await measureSizes();
    const closing = await step("Closing, against a peer that never answers", () => measureClosing(stage));
    const messages = await step("Messages", () => measureMessages(stage, javaScript));
    const rustMessages =
      rust.length > 0 ? await step("Messages in Rust", () => measureMessages(stage, rust)) : null;
    const cycles = await step("Opening and closing", () => measureCycles(stage, javaScript));
    const memory = await step("Memory", () => measureMemory(stage, nativeAndOurs));
    const firstUse = await step("First use", () => measureFirstUse(stage));
    const scale = await step("With many sockets", () => measureScale(stage, nativeAndOurs));
    const profiles = await step("Where the time goes", () => measureProfiles(stage, rust));
    return {
      measuredOn: new Date().toISOString().slice(0, DATE_LENGTH),
      machine: { cores: cpus().length, cpu: cpus()[0].model, load: [loadBefore, loadavg()[0]] },
      versions: { chromium: stage.browserVersion, node: process.versions.node },
      closeTimeoutMs: CLOSE_TIMEOUT_MS,
      cycleCount: CYCLES,
      closing: [await native, ...closing],
      messages,
      rustMessages,
      cycles,
      memory,
      firstUse,
      sizes,
      rustSizes: await rustManifest("sizes.json"),
      scale,
      profiles,
    };
  } finally {
    await stage.close();
  }
}

async function step(what, measure) {
  console.log(what);
  const begun = performance.now();
  const measured = await measure();
  console.log(`  ${Math.round((performance.now() - begun) / 1_000)} s`);
  return measured;
}

/** The text of each document. */
async function documents(results) {
  const plots = Object.entries(await plotsOf(results));
  const readme = await readFile(README_FILE, "utf8");
  return [
    [MARKDOWN_FILE, markdownOf(results)],
    ...plots.map(([name, svg]) => [plotFile(name), svg]),
    [README_FILE, readme.replace(README_PART, () => shortOf(results))],
  ];
}

function rounded(results) {
  const round = (_, value) => (typeof value === "number" ? Number(value.toPrecision(DIGITS)) : value);
  return JSON.parse(JSON.stringify(results, round));
}
