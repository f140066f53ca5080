// The arguments of close(), converted and checked as Web IDL and the WHATWG WebSockets standard say.

import { Invalid, validate } from "../target/wasm/graceful_websocket.js";
import { invalidCode, reasonTooLong } from "./close-errors.js";

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

/** Throws the standard's exception unless both may be sent; the code is looked at first. */
export function checkSendable(code: number | undefined, reason: string): void {
  const bytes = new TextEncoder().encode(reason).length;
  switch (validate(code, bytes)) {
    case Invalid.Code:
      throw invalidCode(code);
    case Invalid.Reason:
      throw reasonTooLong(bytes);
  }
}
