// The first socket of a page that has nothing yet, and what importing costs a page that makes none.

import { repetitions } from "../effort.mjs";
import { summary } from "../statistics.mjs";

const ROUNDS = repetitions(25);
const IN_PAGE = "/js/first-use.js";
const OURS = "/js/package.js";
/** A module of nothing has to be found and fetched as well. */
const EMPTY = "/js/empty.js";

const CASES = {
  native: ["firstUse", null, "WebSocket"],
  nativeBehindEmpty: ["firstUse", EMPTY, "WebSocket"],
  ours: ["firstUse", OURS, "GracefulWebSocket"],
  preloadedEmpty: ["runPreloaded", EMPTY],
  preloadedOurs: ["runPreloaded", OURS],
};

/** What each takes, in milliseconds; each in a page of its own, that has done nothing before. */
export async function measureFirstUse(stage) {
  const samples = {};
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, [call, ...args]] of Object.entries(CASES)) {
      const { importMs, constructMs, stepsMs, cpuMs } = await stage.withPage((page) =>
        use(page, call, args, stage.url("/echo")),
      );
      samples[name] ??= { importMs: [], constructMs: [], stepsMs: [], cpuMs: [] };
      samples[name].importMs.push(importMs);
      samples[name].constructMs.push(constructMs ?? 0);
      samples[name].stepsMs.push(stepsMs);
      samples[name].cpuMs.push(cpuMs);
    }
  }
  const total = ({ importMs, constructMs }) => importMs.map((ms, index) => ms + constructMs[index]);
  const extra = (more, less) => summary(more.map((ms, index) => ms - less[index]));
  const { native, nativeBehindEmpty, ours, preloadedEmpty, preloadedOurs } = samples;
  const step = (name) => summary(ours.stepsMs.map((steps) => steps[name]));
  return {
    native: { constructMs: summary(native.constructMs) },
    ours: { importMs: summary(ours.importMs), constructMs: summary(ours.constructMs) },
    /** What the construction of ours is made of. */
    steps: {
      decode: step("decode"),
      compile: step("compile"),
      instantiate: step("instantiate"),
      rest: step("rest"),
    },
    /** Import, compilation and construction, over the constructor of the browser's own. */
    overNative: extra(total(ours), total(native)),
    /** The same, over a page that imports a module of nothing and uses the browser's own. */
    overEmptyModule: extra(total(ours), total(nativeBehindEmpty)),
    /** The same in CPU time of the page. */
    overEmptyModuleCpu: extra(ours.cpuMs, nativeBehindEmpty.cpuMs),
    /** Importing only: what is left when the fetch and the parser are done. */
    evaluation: extra(preloadedOurs.importMs, preloadedEmpty.importMs),
  };
}

async function use(page, call, args, url) {
  const before = await page.cpuMs();
  const took = await page.call(IN_PAGE, call, ...args, url);
  return { ...took, cpuMs: (await page.cpuMs()) - before };
}
