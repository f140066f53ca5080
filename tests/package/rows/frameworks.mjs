// The rows of the frameworks: the examples, as a user copies and starts them, and as a visitor uses their pages.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { closesReceived } from "../../npm/server.mjs";
import { Visitor } from "../visitor.mjs";
import { manifestOf, REPOSITORY, versionOf, websocketAddress, withServer } from "../workshop.mjs";

/** The examples, and what checks the types of each. */
const EXAMPLES = { react: "typescript", vue: "vue-tsc", svelte: "svelte-check" };

const CLOSE_TIMEOUT_MS = 2_000;
/** How late something may be on a busy machine; Chromium alone takes 60 s. */
const ROOM_MS = 2_000;
const PATIENCE_MS = 10_000;
const MESSAGES_SHOWN = 8;

const UNMOUNTED = { code: 1000, reason: "no longer needed" };
const BY_BUTTON = { code: 1000, reason: "done" };

/** What happens in the page of every example. `mounts` is how often a mounted component was mounted. */
const STORIES = {
  "a mount opens one socket, and what StrictMode mounts once more is closed": mount,
  "messages are echoed, and the last are shown": echo,
  "the report is shown after a close": closeCleanly,
  "the report is shown in time when the peer never answers": closeInVain,
  "an unmount closes, with a code and a reason": unmount,
  "an unmount while connecting leaves nothing": unmountWhileConnecting,
  "another address closes the former connection, whose late events change nothing": changeAddress,
};

export const rows = [
  { name: "the examples ask for what is tested, and look alike", run: compareExamples },
  ...Object.entries(EXAMPLES).flatMap(([example, checker]) => [
    { name: "frameworks: build", tool: example, run: (workshop) => build(workshop, example) },
    { name: "frameworks: development server", tool: example, run: (workshop) => serve(workshop, example) },
    { name: `frameworks: types of ${example}`, tool: checker, run: (workshop) => check(workshop, example) },
  ]),
];

async function compareExamples() {
  const { name, version } = await manifestOf(REPOSITORY);
  for (const example of Object.keys(EXAMPLES)) {
    const directory = join(REPOSITORY, "examples", example);
    const { dependencies, devDependencies } = await manifestOf(directory);
    for (const [tool, range] of Object.entries({ ...dependencies, ...devDependencies })) {
      assert.equal(
        range,
        `^${tool === name ? version : await versionOf(tool)}`,
        `${example} asks for ${tool}`,
      );
    }
    assert.equal(await styleOf(example), await styleOf("react"), `the style of ${example}`);
  }
}

function styleOf(example) {
  return readFile(join(REPOSITORY, "examples", example, "src/style.css"), "utf8");
}

async function build(workshop, example) {
  const directory = await workshop.example(example);
  await workshop.run(directory, "npm", ["run", "build"]);
  await withServer(join(directory, "dist"), (server) =>
    tellStories(server.address, { workshop, server, mounts: 1 }),
  );
}

async function serve(workshop, example) {
  const directory = await workshop.example(example);
  const vite = join(directory, "node_modules/.bin/vite");
  const mounts = example === "react" ? 2 : 1;
  await withServer(directory, (server) =>
    workshop.serving(directory, vite, ["--host", "127.0.0.1", "--port", "0"], (address) =>
      tellStories(address, { workshop, server, mounts }),
    ),
  );
}

async function check(workshop, example) {
  await workshop.run(await workshop.example(example), "npm", ["run", "check"]);
}

/** Each in a page of its own; in the end nothing is connected. */
async function tellStories(address, { workshop, server, mounts }) {
  for (const [sentence, tell] of Object.entries(STORIES)) {
    const stage = { workshop, server: websocketAddress(server) };
    await Visitor.at(address, stage, (visitor) => tell(visitor, server, mounts)).catch((error) => {
      throw new Error(`${sentence}: ${error.message}`, { cause: error });
    });
  }
  await server.connections(undefined, "idle");
}

async function mount(visitor, server, mounts) {
  await visitor.connectTo("/echo?tag=mount");
  await visitor.seesState("open");
  assert.equal(await visitor.socketCount("mount"), mounts);
  assert.deepEqual(
    await visitor.outcomes("mount", mounts - 1),
    Array.from({ length: mounts - 1 }, () => "never-opened"),
  );
  const connections = await logWith(server, "mount", (connections) => {
    return connections.filter(({ ended }) => !ended).length === 1 && connections.at(-1).state === "open";
  });
  assert.ok(connections.length <= mounts, `${connections.length} connections`);
  await visitor.press("Unmount");
  await server.connections("mount", "ended");
}

async function echo(visitor) {
  await visitor.connectTo("/echo?tag=echo");
  await visitor.seesState("open");
  const messages = Array.from({ length: MESSAGES_SHOWN + 2 }, (_, index) => `message ${index}`);
  for (const message of messages) {
    await visitor.exchange(message);
  }
  assert.deepEqual(await visitor.messages(), messages.slice(-MESSAGES_SHOWN));
}

async function closeCleanly(visitor, server) {
  await visitor.connectTo("/echo?tag=clean");
  await visitor.seesState("open");
  await visitor.press("Close");
  const { outcome, code } = await visitor.report();
  assert.deepEqual({ outcome, code }, { outcome: "clean", code: "1000" });
  assert.deepEqual(await visitor.states(), ["closed"]);
  assert.deepEqual([await visitor.canPress("Close"), await visitor.canPress("Send")], [false, false]);
  assert.deepEqual(await closesOf(server, "clean", "ended"), [BY_BUTTON]);
}

async function closeInVain(visitor, server) {
  await visitor.connectTo("/silent?tag=silent");
  await visitor.seesState("open");
  await visitor.press("Close");
  await visitor.seesState("closing");
  const { outcome, code, elapsedMs } = await visitor.report();
  assert.deepEqual({ outcome, code }, { outcome: "timed-out", code: "1006" });
  assert.ok(
    elapsedMs >= CLOSE_TIMEOUT_MS && elapsedMs < CLOSE_TIMEOUT_MS + ROOM_MS,
    `the report says ${elapsedMs} ms`,
  );
  assert.deepEqual(await visitor.states(), ["closed"]);
  assert.deepEqual(await closesOf(server, "silent"), [BY_BUTTON]);
}

async function unmount(visitor, server) {
  await visitor.connectTo("/echo?tag=unmount");
  await visitor.seesState("open");
  await visitor.press("Unmount");
  assert.deepEqual(await closesOf(server, "unmount", "ended"), [UNMOUNTED]);
  assert.deepEqual(await visitor.states(), []);
}

async function unmountWhileConnecting(visitor, server, mounts) {
  await visitor.connectTo("/hang?tag=hang");
  await visitor.seesState("connecting");
  assert.equal(await visitor.canPress("Send"), false);
  await logWith(server, "hang", (connections) => connections.some(({ ended }) => !ended));
  await visitor.press("Unmount");
  await server.connections("hang", "ended");
  assert.deepEqual(
    await visitor.outcomes("hang", mounts),
    Array.from({ length: mounts }, () => "never-opened"),
  );
  assert.deepEqual(await visitor.states(), []);
}

async function changeAddress(visitor, server, mounts) {
  await visitor.connectTo("/flood?every=10&bytes=4&tag=former");
  await visitor.firstMessage();
  await visitor.connectTo("/echo?tag=next");
  await visitor.socketOpens("next");
  await visitor.exchange("hello");
  assert.deepEqual(await closesOf(server, "former"), [UNMOUNTED]);
  // The flood has gone on all the while, and now the former socket has told of its end.
  assert.equal((await visitor.outcomes("former", mounts)).at(-1), "timed-out");
  assert.equal((await visitor.messages()).at(-1), "hello");
  assert.deepEqual([await visitor.states(), await visitor.showsReport()], [["open"], false]);
}

/** The Close frames of the last connection with the tag; StrictMode may have aborted one before. */
async function closesOf(server, tag, until) {
  return closesReceived((await server.connections(tag, until)).at(-1));
}

/** The connections with the tag, once they are so: the log itself can wait only for what all have come to. */
async function logWith(server, tag, areSo) {
  const deadline = performance.now() + PATIENCE_MS;
  let connections = await server.connections(tag);
  while (!areSo(connections)) {
    assert.ok(performance.now() < deadline, `the log stays ${JSON.stringify(connections)}`);
    connections = await server.connections(tag);
  }
  return connections;
}
