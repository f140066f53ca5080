// Where the labels of a lane go, so that none lies on another or is crossed by another's line.

/** A line at `x`, with a label of some width beside it. All lengths are in pixels. */
export interface Flag {
  readonly x: number;
  readonly width: number;
}

/** The row of a flag's label, and the label's left edge. */
export interface Place {
  readonly row: number;
  readonly left: number;
}

interface Placed extends Flag, Place {}

/** From a line to its label. */
const OFFSET = 6;
/** Between a label and what is next to it. */
const GAP = 8;
const MOST_ROWS = 12;

/**
 * Places the flags, given in the order of their lines. The last one comes first, so that labels, which point to the
 * right, step down to the left and no line has to cross one.
 */
export function placeFlags(flags: readonly Flag[], width: number): Place[] {
  const placed: Placed[] = [];
  for (const flag of flags.toReversed()) {
    placed.unshift({ ...flag, ...place(flag, placed, width) });
  }
  return placed;
}

function place(flag: Flag, others: readonly Placed[], width: number): Place {
  const right = flag.x + OFFSET;
  const left = flag.x - OFFSET - flag.width;
  const sides = [right + flag.width <= width ? right : null, left >= 0 ? left : null].filter((x) => x !== null);
  if (sides.length === 0) {
    sides.push(Math.max(0, width - flag.width));
  }
  for (let row = 0; row < MOST_ROWS; row += 1) {
    const free = sides.find((side) => others.every((other) => isApart({ ...flag, row, left: side }, other)));
    if (free !== undefined) {
      return { row, left: free };
    }
  }
  return { row: MOST_ROWS, left: sides[0] as number };
}

function isApart(one: Placed, other: Placed): boolean {
  const overlap = one.left < other.left + other.width + GAP && other.left < one.left + one.width + GAP;
  return !(one.row === other.row && overlap) && !isCrossed(one, other) && !isCrossed(other, one);
}

/** Whether the line of `other`, which goes down to its row, crosses the label of `one`. */
function isCrossed(one: Placed, other: Placed): boolean {
  return other.row >= one.row && other.x > one.left - 2 && other.x < one.left + one.width + 2;
}
