// What was measured, for people to read: `docs/benchmarks.md`, and in short, for `README.md`.

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { goalsOf } from "./goals.mjs";
import { PARTS } from "./measure/profiles.mjs";
import { ASYNC_BY_HAND, OURS } from "./names.mjs";
import { bytesText, nameOf, one, two } from "./wording.mjs";

const file = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

export const JSON_FILE = file("docs/benchmarks.json");
export const MARKDOWN_FILE = file("docs/benchmarks.md");
export const README_FILE = file("README.md");
export const README_PART = /(?<=<!-- benchmarks -->\n)[\s\S]*(?=<!-- \/benchmarks -->)/;

/** The file of a plot. */
export const plotFile = (name) => file(`docs/${name}`);

const SECOND_MS = 1_000;

/** The document of everything measured, one record a line. */
export function jsonOf(results) {
  const part = ([name, value]) => {
    const lines = Array.isArray(value)
      ? `[\n${value.map((record) => `    ${JSON.stringify(record)}`).join(",\n")}\n  ]`
      : JSON.stringify(value);
    return `  ${JSON.stringify(name)}: ${lines}`;
  };
  return `{\n${Object.entries(results).map(part).join(",\n")}\n}\n`;
}

export async function readResults() {
  return JSON.parse(await readFile(JSON_FILE, "utf8"));
}

/** The part in `README.md`. */
export function shortOf(results) {
  return `![Bars: how long each takes to close against a peer that never answers](docs/benchmarks-closing.svg)

${sizes(results.sizes.filter(({ name }) => !name.startsWith(`${OURS}/`)))}`;
}

/** `docs/benchmarks.md`. */
export function markdownOf(results) {
  return [
    head(results),
    closing(results),
    messages("Messages", results.messages, "benchmarks-messages.svg"),
    ...(results.rustMessages
      ? [
          messages("Messages in Rust", results.rustMessages, "benchmarks-rust-messages.svg"),
          receivingInRust(results),
        ]
      : []),
    cycles(results),
    memory(results),
    firstUse(results),
    sizeSection(results),
    scale(results),
  ].join("\n");
}

function head(results) {
  const goals = goalsOf(results).map(({ goal, measured, isMet, isWithinSpread }) => [
    goal,
    measured,
    isMet ? "met" : isWithinSpread ? "within the spread" : "**missed**",
  ]);
  const { machine, versions } = results;
  return `# Benchmarks

\`npm run bench\` measures all this in one run, and writes this page. On ${results.measuredOn}: Chromium
${versions.chromium}, headless; Node ${versions.node}; ${machine.cores} cores (${machine.cpu}); page and server on the same
machine, by way of 127.0.0.1.

A figure is a ratio to a peer that was measured in the same run, in turns with it: the median of the ratios round by round, and
in parentheses the quartiles, between which half of them are. The CPU time is that of the page's main thread; the time by the clock
has in it what the server, the browser's other processes and the rest of the machine did.

${loadOf(machine)}

## The goals

A goal is met, or missed, by the median. *Within the spread* is one that the median misses, and that lies between the quartiles: the
run does not tell.

${table([["goal", "measured", ""], ...goals])}`;
}

/** What else the machine did: with more than its cores can do, times by the clock spread. */
function loadOf({ load, cores }) {
  return load
    ? `The machine's load was ${load.map(one).join(" before, and ")} after, of ${cores} that its cores can bear.`
    : "How busy the machine was with other work, this run did not record.";
}

function closing({ closing, closeTimeoutMs }) {
  const rows = closing.map(({ contestant, place, ms, peer }) => [
    nameOf(contestant),
    place,
    milliseconds(ms.p50),
    milliseconds(ms.p99),
    milliseconds(ms.max),
    ms.n,
    peer ? milliseconds(peer.p99) : "still there",
  ]);
  return `## A peer that never answers the Close frame

![How long each takes](benchmarks-closing.svg)

From \`close()\` to the \`close\` event, or to what stands for it. Those that take a timeout were given ${closeTimeoutMs / SECOND_MS} s:
ours as \`closeTimeout\`, websocket-as-promised as \`timeout\` (its promise rejects then), ws as \`closeTimeout\`. phoenix has a
wait of its own until it calls back. *disposable* is ours with \`disposable: true\`. The last column is how long the peer had the
connection after the Close frame; *still there* is when it had one of them still when all were told of the end.

${table([["", "in", "median", "99 %", "longest", "closes", "connection, 99 %"], ...rows])}`;
}

function messages(title, records, plot) {
  const baseline = records[0].contestant;
  const rows = records.map(({ contestant, direction, kind, bytes, us, cpuUs, throughput, cpu }) => [
    `${direction} ${kind}, ${bytesText(bytes)}`,
    nameOf(contestant),
    ...(contestant === baseline ? ["1", "1"] : [spread(throughput), spread(cpu)]),
    us.median.toFixed(2),
    cpuUs.median.toFixed(2),
  ]);
  const heads = [
    "",
    "",
    `throughput, of that of ${nameOf(baseline)}`,
    "CPU time, of its",
    "µs a message",
    "µs CPU",
  ];
  return `## ${title}

![Throughput by case](${plot})

Receiving counts from the first message to the last, of so many that the server sends without a pause; sending, from the first
call of \`send()\` until the server has answered behind the last.

${table([heads, ...rows])}`;
}

function receivingInRust({ rustMessages, profiles }) {
  const [{ contestant: byHand, cpuUs }] = rustMessages;
  const rows = profiles.rustReceive.map(({ contestant, us }) => [
    contestant,
    ...PARTS.map((part) => two(us[part] ?? 0)),
  ]);
  return `What receiving a text message of 64 bytes costs besides the browser's own part, in microseconds, by the CPU profile of each
(which costs time itself):

${table([["", ...PARTS], ...rows])}
All else of the ${one(cpuUs.median)} µs CPU that it takes \`${byHand}\` is the browser's, whoever receives: so no crate can be much faster than another.
`;
}

function cycles({ cycles, cycleCount, profiles }) {
  const rows = cycles.map(({ contestant, ms, cpuMs, time, cpu }) => [
    nameOf(contestant),
    spread(time),
    spread(cpu),
    ms.median.toFixed(2),
    cpuMs.median.toFixed(2),
  ]);
  return `## Opening and closing

${thousands(cycleCount)} sockets each, one after the other, from the constructor to the \`close\` event, with a peer that answers.

${table([["", "time, of the browser's own", "CPU time, of its", "ms a cycle", "ms CPU"], ...rows])}
${profile("a cycle of ours", profiles.cycle)}`;
}

function memory({ memory }) {
  const rows = memory.map(({ contestant, heapBytes, wasmBytes, sockets }) => [
    nameOf(contestant),
    sockets,
    Math.round(heapBytes.median),
    wasmBytes ? Math.round(wasmBytes.median) : "–",
  ]);
  return `## Memory

What an open socket keeps: the growth of JavaScript's heap after a garbage collection, and what was allocated in the core's
memory, over the number of sockets. What the browser keeps outside of JavaScript's heap is not in it.

${table([["", "open sockets", "bytes of heap each", "bytes of WebAssembly each"], ...rows])}`;
}

function firstUse({ firstUse, profiles }) {
  const { native, ours, steps, overNative, overEmptyModule, overEmptyModuleCpu, evaluation } = firstUse;
  const rows = [
    ["the browser's own: construct", native.constructMs],
    ["ours: import, with the fetch from 127.0.0.1", ours.importMs],
    ["ours: construct", ours.constructMs],
    ["… of this: until the core is decoded", steps.decode],
    ["… its compilation", steps.compile],
    ["… its instantiation", steps.instantiate],
    ["… then, with the browser's own constructor", steps.rest],
    ["all of ours, over the browser's own", overNative],
    ["all of ours, over the browser's own in a page that imports an empty module", overEmptyModule],
    ["the same in CPU time of the page", overEmptyModuleCpu],
    ["importing ours, over an empty module, both fetched and parsed before", evaluation],
  ].map(([what, { median, q1, q3 }]) => [what, `${two(median)} (${two(q1)}–${two(q3)})`]);
  return `## First use

In milliseconds, each in ${ours.importMs.n} pages that had done nothing before. The last row is what importing costs a page that
makes no socket, beyond the fetch and the parser.

${table([["", "ms"], ...rows])}
${profile("the first use of ours", profiles.firstUse)}`;
}

function sizeSection({ sizes: records, rustSizes }) {
  const gzipOf = (wanted) => records.find(({ name }) => name === wanted).gzip;
  return `## Size

![Sizes by package](benchmarks-sizes.svg)

What a bundle gains by each, in bytes, bundled and minified by esbuild. Of ours ${thousands(gzipOf(`${OURS}/slim`))} bytes after gzip are JavaScript, the
class and wasm-bindgen's glue (that is \`slim\`), and the others the core as text.

${sizes(records)}${rustSizes ? `\n${rustSizesPart(rustSizes)}` : ""}`;
}

function rustSizesPart(records) {
  const rows = records.map(({ name, version, wasmGzip, jsGzip }) => [
    versioned(name, version),
    thousands(wasmGzip),
    thousands(jsGzip),
  ]);
  const compared = [OURS, ASYNC_BY_HAND].map((wanted) => records.find(({ name }) => name === wanted));
  const parts = Object.keys(compared[0].instructions).map((part) => [
    part,
    ...compared.map(({ instructions }) => thousands(instructions[part] ?? 0)),
  ]);
  return `A minimal program in Rust, that opens, sends, receives and closes: WebAssembly and glue, in bytes after gzip.

${table([["", "wasm", "JavaScript"], ...rows])}
What that is made of, in instructions of WebAssembly:

${table([["", ...compared.map(({ name }) => name)], ...parts])}`;
}

function sizes(records) {
  const rows = records.map(({ name, version, note, min, gzip, brotli }) => [
    `${versioned(name, version)}${note ? `, ${note}` : ""}`,
    thousands(min),
    thousands(gzip),
    thousands(brotli),
  ]);
  return table([["", "minified", "gzip", "brotli"], ...rows]);
}

function scale({ scale }) {
  const rows = scale.map(({ operation, sockets, contestant, us, ratio }) => [
    operation,
    sockets,
    nameOf(contestant),
    us.median.toFixed(1),
    contestant === OURS ? spread(ratio) : "1",
  ]);
  return `## With many sockets

![Cost by number of sockets](benchmarks-scale.svg)

What one operation takes, in microseconds by the clock, with so many sockets open: a message of 64 bytes there and back, shared
among the sockets; opening and closing one more; and closing all at once, for each.

${table([["operation", "sockets", "", "µs each", "of the browser's own"], ...rows])}`;
}

/** Where the time goes. */
function profile(what, { parts }) {
  const shares = parts.map(({ name, share }) => `${name} ${Math.round(100 * share)} %`);
  return `The CPU profile of ${what}: ${shares.join(", ")}.\n`;
}

function versioned(name, version) {
  return version ? `${name} ${version}` : `**${name}**`;
}

function spread({ median, q1, q3 }) {
  return `${two(median)} (${two(q1)}–${two(q3)})`;
}

function milliseconds(ms) {
  return `${thousands(Math.round(ms))} ms`;
}

function thousands(number) {
  return number.toLocaleString("en-US").replaceAll(",", " ");
}

function table([heads, ...lines]) {
  const line = (cells) => `| ${cells.join(" | ")} |\n`;
  return `${line(heads)}|${"---|".repeat(heads.length)}\n${lines.map(line).join("")}`;
}
