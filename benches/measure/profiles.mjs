// Where the CPU time goes, by the browser's profiler: what explains a goal that is missed.

import { repetitions } from "../effort.mjs";

const INTERVAL_US = 100;
const CYCLES = 100;
const FIRST_USES = repetitions(10);
const MESSAGES = 10_000;
const OURS = "/js/graceful-websocket.js";
const WASM = "WebAssembly";
const JAVASCRIPT = "JavaScript";
const BROWSER = "the browser";
const GARBAGE_COLLECTION = "garbage collection";

/** The parts that differ by who uses the browser. In its own part the thread also waits. */
export const PARTS = [WASM, JAVASCRIPT, GARBAGE_COLLECTION];

export async function measureProfiles(stage, rust) {
  const url = stage.url("/echo");
  const cycle = await stage.withPage(async (page) => {
    await page.call(OURS, "cycle", url, CYCLES);
    return page.profile(INTERVAL_US, () => page.call(OURS, "cycle", url, CYCLES));
  });
  const firstUses = [];
  while (firstUses.length < FIRST_USES) {
    firstUses.push(
      await stage.withPage((page) =>
        page.profile(INTERVAL_US, () =>
          page.call("/js/first-use.js", "firstUse", "/js/package.js", "GracefulWebSocket", url),
        ),
      ),
    );
  }
  return {
    cycle: partsOf([cycle]),
    firstUse: partsOf(firstUses),
    rustReceive: await profilesOfReceiving(stage, rust),
  };
}

/** Microseconds of each part for a text message of 64 bytes that is received. */
async function profilesOfReceiving(stage, contestants) {
  const url = stage.url(`/close?messages=${MESSAGES}&bytes=64&kind=text`);
  const records = [];
  for (const { name, module } of contestants) {
    const profile = await stage.withPage(async (page) => {
      await page.call(module, "receive", url, MESSAGES);
      return page.profile(INTERVAL_US, () => page.call(module, "receive", url, MESSAGES));
    });
    const us = Object.fromEntries([...timesOf([profile])].map(([part, time]) => [part, time / MESSAGES]));
    records.push({ contestant: name, us });
  }
  return records;
}

/** The share of each part of the time in which the thread was busy. */
function partsOf(profiles) {
  const times = timesOf(profiles);
  const total = [...times.values()].reduce((sum, time) => sum + time, 0);
  const parts = [...times].map(([name, time]) => ({ name, share: time / total }));
  return { parts: parts.sort((a, b) => b.share - a.share) };
}

/** The microseconds of each part, without those in which the thread had nothing to do. */
function timesOf(profiles) {
  const times = new Map();
  for (const { nodes, samples, timeDeltas } of profiles) {
    const byId = new Map(nodes.map((node) => [node.id, partOf(node.callFrame)]));
    samples.forEach((id, index) => {
      const part = byId.get(id);
      times.set(part, (times.get(part) ?? 0) + timeDeltas[index]);
    });
  }
  times.delete(null);
  return times;
}

/** Whose time it is; null if the thread had nothing to do. */
function partOf({ functionName, url }) {
  if (functionName === "(idle)" || functionName === "(root)") {
    return null;
  }
  if (functionName === "(garbage collector)") {
    return GARBAGE_COLLECTION;
  }
  if (url.startsWith("wasm:") || url.endsWith(".wasm")) {
    return WASM;
  }
  // What the browser does on its own, and what it does for a call, such as the constructor.
  if (functionName === "(program)" || !url) {
    return BROWSER;
  }
  return JAVASCRIPT;
}
