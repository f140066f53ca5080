// The public table: what was measured as Markdown, for `docs/engines.md` and, in short, for `README.md`.

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { BEHAVIOURS, endsIn } from "./behaviours.mjs";

const file = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export const JSON_FILE = file("docs/engines.json");
export const MARKDOWN_FILE = file("docs/engines.md");
export const README_FILE = file("README.md");
export const README_PART = /(?<=<!-- engines -->\n)[\s\S]*(?=<!-- \/engines -->)/;

const SECOND_MS = 1_000;
const MEGABYTE = 2 ** 20;
/** A busy machine can take so long for anything. */
const AT_ONCE_MS = 500;
/** A wait that somebody would notice stands out. */
const LONG_MS = 3_000;

const BY = {
  "client-fin": "by the client",
  "client-reset": "by the client",
  server: "by the server",
};

/** The document of everything measured, one record a line. */
export function jsonOf({ records, ...rest }) {
  const head = JSON.stringify(rest, null, 2).slice(0, -"\n}".length);
  const lines = records.map((record) => `    ${JSON.stringify(record)}`).join(",\n");
  return `${head},\n  "records": [\n${lines}\n  ]\n}\n`;
}

export async function readTable() {
  return JSON.parse(await readFile(JSON_FILE, "utf8"));
}

/** `docs/engines.md`. */
export function markdownOf(table) {
  return [head(table), ...BEHAVIOURS.map((behaviour) => section(table, behaviour))].join("\n");
}

/** The part in `README.md`. */
export function shortOf(table) {
  const brief = BEHAVIOURS.filter((behaviour) => behaviour.brief);
  const cell = (place, behaviour) => {
    const [native, ours] = ["native", "ours"].map((variant) => find(table, place, behaviour, variant));
    return `${waited(native.settledMs, table)} → ${time(ours.settledMs, table)}`;
  };
  return rows([
    ["the peer …", ...brief.map(({ brief, path }) => `${brief} (\`${path}\`)`)],
    ...table.places.map((place) => [place.name, ...brief.map((behaviour) => cell(place, behaviour))]),
  ]);
}

function head(table) {
  const [timeout, patience, room, long] = [table.timeoutMs, table.patienceMs, table.roomMs, LONG_MS].map(
    (ms) => `${ms / SECOND_MS} s`,
  );
  return `# How long each engine takes to close

You called \`close()\`, and the socket is stuck in CLOSING. Or it is gone, and nobody told you. This page is about how long
that lasts: the platform's own WebSocket (*native*) and \`GracefulWebSocket\` (*ours*), in every engine and runtime, against a
peer that misbehaves in every way that our test server knows.

In short, from \`close()\` to the \`close\` event, native → ours. Ours has a \`closeTimeout\` of ${timeout} here, and 10 s if you say
nothing:

${shortOf(table)}
## How to read it

- **close event**: how long until the \`close\` event, and what it says: its code, and whether the end was clean. For ours, it is the
  \`outcome\` of the report, and the bytes that did not leave, if there are any. Deno's event has code 0 where the standard's
  has 1006; the report then says 1006.
- **TCP ends**: how long until the *peer* saw the connection end, and by whom. A timeout ends the socket, not the connection:
  the platform has no way to cut that, and keeps it as it would natively. *disposable* is ours with \`disposable: true\`, which cuts
  it in Chromium and WebKit; Firefox, Node and Deno have no way. Bun and ws have one of their own, which ours uses.
- The time counts from \`close(4000, "bye")\`, which is called as soon as the socket is open, unless the title says something else.
  Where the peer acts and not the page, it counts from what the peer did.
- **messages after the close event**: how many there were, native → ours. The standard has none, since the socket is CLOSED; ours
  has none either where the platform's own goes on after a timeout.
- *stays open*: what the page does ends no socket there. Runtimes have no page.
- **> ${patience}**: not within ${patience}, when the row was given up. It may be never. Other times are to the half second, and *at once* is
  within ${AT_ONCE_MS / SECOND_MS} s. What took ${long} or more is bold.

Ours settles within its timeout (and ${room} of room for a busy machine) in every row, with exactly one \`close\` event:
\`npm run table\`, which writes this page, fails otherwise.

## Find your case

${BEHAVIOURS.map(({ title }) => `- [${title}](#${anchor(title)})\n`).join("")}
## How it was measured

On ${table.measuredOn}, by \`npm run table\`, with these:

${rows([["", "version"], ...table.places.map(({ name, version }) => [name, version])])}
- Each row is a real connection to a [server that misbehaves on purpose](../tests/server), on the same machine, one server a row.
  The paths are the server's; \`npm start\` has them to try in a page.
- All rows of an engine run in one page, and all of a runtime in one program, by one script.
- When an event came is by the page's clock. When TCP ended is by the server's log, whose clock counts from the start of the
  server; every answer of the log tells what that clock shows, which relates it to the system's clock, and that is
  the page's, too.
- A server that ends TCP counts it as ended when the client has ended its direction as well, and waits 5 s for that at most. One
  that does not read looks ten times a second.
- 32 MB (2²⁵ bytes) are more than the buffers of the system and of the engines take.
- \`ws\` is the package, whose own close timeout is 30 s. Ours is made of it by \`graceful-websocket/ws\`.

[engines.json](engines.json) has all records, with the whole reports, the \`error\` events, and the Close frames on the wire.
`;
}

/** What GitHub makes of a heading. */
function anchor(title) {
  return title
    .toLowerCase()
    .replace(/[^\w -]/g, "")
    .replaceAll(" ", "-");
}

function section(table, behaviour) {
  const { title, path, options } = behaviour;
  const others = options ? `; ours has an \`openTimeout\` of ${options.openTimeout / SECOND_MS} s` : "";
  const heads = table.variants.flatMap((variant) => [`${variant}: close event`, "TCP ends"]);
  const cells = (place) => [
    ...table.variants.flatMap((variant) => {
      const record = find(table, place, behaviour, variant);
      if (record && !endsIn(behaviour, place.name)) {
        return ["stays open", "–"];
      }
      return record ? [closeEvent(record, table), tcpEnd(record, table)] : ["–", "–"];
    }),
    messagesAfterClose(table, place, behaviour),
  ];
  const lines = table.places.map((place) => [place.name, ...cells(place)]);
  return `## ${title}\n\n\`${path}\`${others}\n\n${rows([["", ...heads, "messages after the close event"], ...lines])}`;
}

/** Native → ours; a socket without a close event has none after it. */
function messagesAfterClose(table, place, behaviour) {
  const counts = ["native", "ours"].map((variant) => {
    const record = find(table, place, behaviour, variant);
    return record && record.settledMs !== null ? record.messagesAfterClose : "–";
  });
  return counts.join(" → ");
}

function closeEvent({ settledMs, code, wasClean, closeEvents, report }, table) {
  if (settledMs === null) {
    return waited(null, table);
  }
  const outcome = report?.outcome ?? (wasClean ? "clean" : "unclean");
  const unsent = report?.unsentBytes ? `, ${Math.round(report.unsentBytes / MEGABYTE)} MB unsent` : "";
  const again = closeEvents > 1 ? `, ${closeEvents} events` : "";
  return `${waited(settledMs, table)} · ${code} ${outcome}${unsent}${again}`;
}

function tcpEnd({ peer: { endedMs, endedBy } }, table) {
  return endedMs === null ? time(null, table) : `${time(endedMs, table)}, ${BY[endedBy]}`;
}

function waited(ms, table) {
  return ms === null || ms >= LONG_MS ? `**${time(ms, table)}**` : time(ms, table);
}

function time(ms, { patienceMs }) {
  if (ms === null) {
    return `> ${patienceMs / SECOND_MS} s`;
  }
  if (ms < AT_ONCE_MS) {
    return "at once";
  }
  // To the half second, so that little changes from one run to the next.
  const halves = Math.round((2 * ms) / SECOND_MS);
  return `${halves / 2} s`;
}

/** The record of a row. */
export function find({ records }, place, { path, closeWhen, pageDoes }, variant) {
  return records.find(
    (record) =>
      record.place === place.name &&
      record.path === path &&
      record.closeWhen === closeWhen &&
      record.pageDoes === pageDoes &&
      record.variant === variant,
  );
}

function rows([heads, ...lines]) {
  const line = (cells) => `| ${cells.join(" | ")} |\n`;
  return `${line(heads)}|${"---|".repeat(heads.length)}\n${lines.map(line).join("")}`;
}
