// The constructor's second argument and the timeouts: read and checked before anything is opened.

import { checkSendable, toCode, toReason } from "../closing/arguments.js";
import type { GracefulWebSocketOptions } from "../types.js";

/** The options that are ours. */
export interface Options extends Omit<GracefulWebSocketOptions, "protocols" | "onPageHide"> {
  /** What the base class is given in their place: subprotocols, or what it takes besides, such as `headers`. */
  theirs?: unknown;
  /** What to send when the page goes away; `undefined` is nothing. */
  onPageHide?: { code?: number; reason: string };
}

/** The options in the constructor's second argument, which may be just subprotocols. */
export function readOptions(argument: unknown): Options {
  if (!isDictionary(argument)) {
    return { theirs: argument };
  }
  const { protocols, signal, openTimeout, closeTimeout, disposable, onPageHide, ...more } =
    argument as GracefulWebSocketOptions;
  if (signal != null && typeof signal.addEventListener !== "function") {
    throw new TypeError("signal must be an AbortSignal");
  }
  if (openTimeout !== undefined) {
    checkTimeout("openTimeout", openTimeout);
  }
  if (closeTimeout !== undefined) {
    checkTimeout("closeTimeout", closeTimeout);
  }
  const theirs = Reflect.ownKeys(more).length > 0 ? { protocols, ...more } : protocols;
  return { theirs, signal, openTimeout, closeTimeout, disposable, onPageHide: toFrame(onPageHide) };
}

function toFrame(onPageHide: unknown): Options["onPageHide"] {
  if (onPageHide === undefined || onPageHide === "keep") {
    return undefined;
  }
  if (onPageHide !== "close" && !isDictionary(onPageHide)) {
    throw new TypeError('onPageHide must be "keep", "close", or an object with a code and a reason');
  }
  // A word has neither.
  const frame = onPageHide as CloseEventInit;
  const code = toCode(frame.code);
  const reason = toReason(frame.reason);
  checkSendable(code, reason);
  return { code, reason };
}

/** Throws unless the value is a number of milliseconds, from 0 to Infinity. */
export function checkTimeout(name: string, value: unknown): asserts value is number {
  if (typeof value !== "number") {
    throw new TypeError(`${name} must be a number of milliseconds, and is of type ${typeof value}`);
  }
  if (!(value >= 0)) {
    throw new RangeError(`${name} must be from 0 to Infinity milliseconds, and is ${value}`);
  }
}

/** An object that is not a list of subprotocols. (Web IDL tells a sequence by its `Symbol.iterator`.) */
export function isDictionary(argument: unknown): boolean {
  return typeof argument === "object" && argument !== null && !(Symbol.iterator in argument);
}
