// Messages in both directions, through every contestant, beside the one that they are measured against.

import { repetitions } from "../effort.mjs";
import { ratios, summary } from "../statistics.mjs";
import { inTurns } from "../turns.mjs";

/** How many messages of each size: enough to take some tenths of a second. */
const SHAPES = [
  { bytes: 64, count: 4_000 },
  { bytes: 1_024, count: 3_000 },
  { bytes: 65_536, count: 150 },
];
const KINDS = ["text", "binary"];
const DIRECTIONS = ["receive", "send"];
/** In fresh pages, since one page can be faster than its like for as long as it lives. */
const SITTINGS = repetitions(2);
const ROUNDS = repetitions(5);
/** What a message may have that the server is to echo; one that is measured has more. */
const LONGEST_ECHO = 63;
const US_PER_MS = 1_000;

const CASES = DIRECTIONS.flatMap((direction) =>
  SHAPES.flatMap((shape) => KINDS.map((kind) => ({ direction, kind, ...shape }))),
);

/** Each contestant is `{ name, module }`; the first is what the others are measured against. */
export async function measureMessages(stage, contestants) {
  const samples = new Map();
  for (let sitting = 0; sitting < SITTINGS; sitting += 1) {
    const pages = await Promise.all(contestants.map(() => stage.page()));
    for (const one of CASES) {
      await sit(stage, contestants, pages, one, samples);
    }
    await Promise.all(pages.map((page) => page.close()));
  }
  return CASES.flatMap((one) =>
    contestants.map(({ name }) => record(one, name, contestants[0].name, samples)),
  );
}

async function sit(stage, contestants, pages, one, samples) {
  const measured = await inTurns(contestants, ROUNDS, (contestant, index) =>
    measureOnce(stage, contestant, pages[index], one),
  );
  for (const [index, { name }] of contestants.entries()) {
    const key = keyOf(one, name);
    samples.set(key, [...(samples.get(key) ?? []), ...measured[index]]);
  }
}

async function measureOnce(stage, { name, module }, page, { direction, kind, bytes, count }) {
  const before = await page.cpuMs();
  const ms =
    direction === "receive"
      ? await page.call(
          module,
          "receive",
          stage.url(`/close?messages=${count}&bytes=${bytes}&kind=${kind}`),
          count,
        )
      : await page.call(module, "send", stage.url(`/echo?longest=${LONGEST_ECHO}`), kind, bytes, count);
  if (!(ms > 0)) {
    throw new Error(`${name} took ${ms} ms to ${direction} ${count} messages`);
  }
  return { ms, cpuMs: (await page.cpuMs()) - before };
}

function record(one, name, baseline, samples) {
  const of = (who, what) => samples.get(keyOf(one, who)).map((sample) => sample[what]);
  const perMessage = (what) => summary(of(name, what).map((ms) => (ms * US_PER_MS) / one.count));
  return {
    ...one,
    contestant: name,
    us: perMessage("ms"),
    cpuUs: perMessage("cpuMs"),
    throughput: ratios(of(baseline, "ms"), of(name, "ms")),
    cpu: ratios(of(name, "cpuMs"), of(baseline, "cpuMs")),
  };
}

function keyOf({ direction, kind, bytes }, name) {
  return [direction, kind, bytes, name].join(" ");
}
