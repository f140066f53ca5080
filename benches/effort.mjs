// How much is measured: all of it, or with `--short` everything once, to see that it can be measured.

export const IS_SHORT = process.argv.includes("--short");

/** So many repetitions; one of a short run. */
export function repetitions(count) {
  return IS_SHORT ? 1 : count;
}
