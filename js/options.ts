// The constructor's second argument and the timeouts: read and checked before anything is opened.

import type { GracefulWebSocketOptions } from "./types.js";

/** The options in the constructor's second argument, which may be just subprotocols. */
export function readOptions(argument: unknown): GracefulWebSocketOptions {
  if (!isDictionary(argument)) {
    return argument === undefined ? {} : { protocols: argument as string };
  }
  const { protocols, signal, openTimeout, closeTimeout } = argument as GracefulWebSocketOptions;
  if (signal !== undefined && typeof signal?.addEventListener !== "function") {
    throw new TypeError("signal must be an AbortSignal");
  }
  if (openTimeout !== undefined) {
    checkTimeout("openTimeout", openTimeout);
  }
  if (closeTimeout !== undefined) {
    checkTimeout("closeTimeout", closeTimeout);
  }
  return { protocols, signal, openTimeout, closeTimeout };
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
function isDictionary(argument: unknown): boolean {
  return typeof argument === "object" && argument !== null && !(Symbol.iterator in argument);
}
