// Where the CPU time goes, by the browser's profiler: what explains a goal that is missed.

const INTERVAL_US = 100;
const CYCLES = 100;
const FIRST_USES = 10;
const OURS = "/js/graceful-websocket.js";

export async function measureProfiles(stage) {
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
  return { cycle: partsOf([cycle]), firstUse: partsOf(firstUses) };
}

/** The share of each part of the time in which the thread was busy. */
function partsOf(profiles) {
  const times = new Map();
  for (const { nodes, samples, timeDeltas } of profiles) {
    const byId = new Map(nodes.map((node) => [node.id, partOf(node.callFrame)]));
    samples.forEach((id, index) => {
      const part = byId.get(id);
      times.set(part, (times.get(part) ?? 0) + timeDeltas[index]);
    });
  }
  times.delete(null);
  const total = [...times.values()].reduce((sum, time) => sum + time, 0);
  const parts = [...times].map(([name, time]) => ({ name, share: time / total }));
  return { parts: parts.sort((a, b) => b.share - a.share) };
}

/** Whose time it is; null if the thread had nothing to do. */
function partOf({ functionName, url }) {
  if (functionName === "(idle)" || functionName === "(root)") {
    return null;
  }
  if (functionName === "(garbage collector)") {
    return "garbage collection";
  }
  if (url.startsWith("wasm:")) {
    return "the core";
  }
  // What the browser does on its own, and what it does for a call, such as the constructor.
  if (functionName === "(program)" || !url) {
    return "the browser";
  }
  return "JavaScript";
}
