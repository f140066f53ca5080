// What is said of repeated measurements: the median, and how far they spread.

/** The median of the values, their quartiles, and how many there are. */
export function summary(values) {
  return {
    median: percentile(values, 50),
    q1: percentile(values, 25),
    q3: percentile(values, 75),
    n: values.length,
  };
}

/** The median, what all but one in a hundred are within, and the greatest. */
export function tail(values) {
  return {
    p50: percentile(values, 50),
    p99: percentile(values, 99),
    max: Math.max(...values),
    n: values.length,
  };
}

/** The ratio of each pair: what both sides of a pair had to bear, it does not show. */
export function ratios(over, under) {
  return summary(over.map((value, index) => value / under[index]));
}

/** The value that so many percent are within, interpolated between its neighbours. */
export function percentile(values, percent) {
  const sorted = values.toSorted((a, b) => a - b);
  const position = ((sorted.length - 1) * percent) / 100;
  const below = Math.floor(position);
  const above = Math.ceil(position);
  return sorted[below] + (sorted[above] - sorted[below]) * (position - below);
}
