// The arguments of close(), converted and checked as Web IDL and the WHATWG WebSockets standard say.

import { FIRST_PRIVATE, LAST_PRIVATE, MAX_REASON_BYTES, NORMAL } from "./limits.js";

/** Converts the code: Web IDL's `[Clamp] unsigned short`. */
export function toCode(value: unknown): number | undefined {
  if (value === undefined) {
    return undefined;
  }
  // Unary plus, since Number() would let a BigInt pass.
  const number = Math.min(Math.max(+(value as number), 0), 0xffff) || 0;
  const below = Math.floor(number);
  const rest = number - below;
  const roundsUp = rest > 0.5 || (rest === 0.5 && below % 2 === 1);
  return roundsUp ? below + 1 : below;
}

/** Converts the reason: Web IDL's `USVString`, in which a lone surrogate becomes U+FFFD. */
export function toReason(value: unknown): string {
  return value === undefined ? "" : `${value}`.replace(/\p{Surrogate}/gu, "\uFFFD");
}

/** Throws the standard's exception unless both may be sent; the code is looked at first. (`close()`, steps 1 and 2.) */
export function checkSendable(code: number | undefined, reason: string): void {
  if (code !== undefined && code !== NORMAL && !(code >= FIRST_PRIVATE && code <= LAST_PRIVATE)) {
    throw new DOMException(
      `The close code must be ${NORMAL} or from ${FIRST_PRIVATE} to ${LAST_PRIVATE}, and is ${code}.`,
      "InvalidAccessError",
    );
  }
  // Most closes have none. (jsdom has no TextEncoder.)
  const bytes = reason && encodeURIComponent(reason).replace(/%../g, "-").length;
  if (bytes && bytes > MAX_REASON_BYTES) {
    throw new DOMException(
      `The close reason must have at most ${MAX_REASON_BYTES} bytes of UTF-8, and has ${bytes}.`,
      "SyntaxError",
    );
  }
}
