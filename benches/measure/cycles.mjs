// Opening and closing, one socket after the other, beside the browser's own.

import { repetitions } from "../effort.mjs";
import { ratios, summary } from "../statistics.mjs";
import { inTurns } from "../turns.mjs";

const CYCLES_A_ROUND = 50;
const ROUNDS = repetitions(20);

export const CYCLES = CYCLES_A_ROUND * ROUNDS;

/** Each contestant is `{ name, module }`; the first is what the others are measured against. */
export async function measureCycles(stage, contestants) {
  const pages = await Promise.all(contestants.map(() => stage.page()));
  const samples = await inTurns(contestants, ROUNDS, (contestant, index) =>
    measureOnce(stage, contestant, pages[index]),
  );
  await Promise.all(pages.map((page) => page.close()));
  const of = (index, what) => samples[index].map((sample) => sample[what]);
  return contestants.map(({ name }, index) => ({
    contestant: name,
    ms: summary(of(index, "ms")),
    cpuMs: summary(of(index, "cpuMs")),
    time: ratios(of(index, "ms"), of(0, "ms")),
    cpu: ratios(of(index, "cpuMs"), of(0, "cpuMs")),
  }));
}

async function measureOnce(stage, { module }, page) {
  const before = await page.cpuMs();
  const ms = await page.call(module, "cycle", stage.url("/echo"), CYCLES_A_ROUND);
  return { ms: ms / CYCLES_A_ROUND, cpuMs: ((await page.cpuMs()) - before) / CYCLES_A_ROUND };
}
