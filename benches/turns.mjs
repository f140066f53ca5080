// Contestants that are measured side by side.

/**
 * What each contestant gives, by their order: all in turn, round by round, so that nobody is always the first, or behind the
 * same one. The first round is to warm up, and is not counted.
 */
export async function inTurns(contestants, rounds, measure) {
  const samples = contestants.map(() => []);
  for (let round = 0; round <= rounds; round += 1) {
    for (let turn = 0; turn < contestants.length; turn += 1) {
      const index = (turn + round) % contestants.length;
      const sample = await measure(contestants[index], index);
      if (round > 0) {
        samples[index].push(sample);
      }
    }
  }
  return samples;
}
