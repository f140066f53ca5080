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
 * right where there is room, step down to the left and no line has to cross one.
 */
export function placeFlags(flags: readonly Flag[], width: number): Place[] {
  const placed: Placed[] = [];
  for (const flag of flags.toReversed()) {
    const left = leftEdge(flag, width);
    const row =
      firstRow((row) => placed.every((other) => isApart({ ...flag, left, row }, other))) ??
      // Better crossed by a line than out of sight.
      firstRow((row) => placed.every((other) => other.row !== row)) ??
      MOST_ROWS;
    placed.unshift({ ...flag, left, row });
  }
  return placed;
}

function leftEdge({ x, width }: Flag, room: number): number {
  const right = x + OFFSET;
  const left = x - OFFSET - width;
  if (right + width <= room) {
    return right;
  }
  return left >= 0 ? left : Math.max(0, room - width);
}

function firstRow(isFree: (row: number) => boolean): number | undefined {
  return Array.from({ length: MOST_ROWS }, (_, row) => row).find(isFree);
}

function isApart(one: Placed, other: Placed): boolean {
  const overlap = one.left < other.left + other.width + GAP && other.left < one.left + one.width + GAP;
  return !(one.row === other.row && overlap) && !isCrossed(one, other) && !isCrossed(other, one);
}

/** Whether the line of `other`, which goes down to its row, crosses the label of `one`. */
function isCrossed(one: Placed, other: Placed): boolean {
  return other.row >= one.row && other.x > one.left - 2 && other.x < one.left + one.width + 2;
}
