// What a socket stands on. A class is constructed as itself, whatever it is: the platform's, a package's, a test's double, a
// page's wrapper that returns another object. Then our members are put above what that object already is.

import { unfit } from "../browser/platform.js";
import type { WebSocketPrototype } from "./lifecycle.js";

/** A class, as far as it has members. */
export interface Class {
  readonly prototype: object;
}

/** What has to be there of an object for it to be closed in time. */
const NEEDED = ["addEventListener", "removeEventListener", "dispatchEvent", "send", "close"] as const;
const needed: readonly PropertyKey[] = NEEDED;

/** From a class of ours, in whichever copy of this package, to the one that it stands on. */
export const STANDS_ON: unique symbol = Symbol.for("graceful-websocket.standsOn") as never;

/** The class to stand on in the place of one of ours: the values of the outer one hold. */
export function ground<Base>(Base: Base): Base {
  return (Base as { [STANDS_ON]?: Base } | undefined)?.[STANDS_ON] ?? Base;
}

/**
 * Puts the members of a class of ours, and of its subclasses, above those that an object has.
 *
 * @param Base What `Ours` extends. Of another's object, the members become a prototype of its own.
 * @param Actual `Ours`, or a subclass.
 * @returns The members that were there. They are called with the object as `this`.
 * @throws {TypeError} where what is needed is missing.
 */
export function graft(socket: WebSocket, Base: Class, Ours: Class, Actual: Class): WebSocketPrototype {
  const missing = NEEDED.find((member) => typeof socket[member] !== "function");
  if (missing || !Object.isExtensible(socket)) {
    throw unfit(missing ? `This WebSocket has no ${missing}()` : "This WebSocket is frozen");
  }
  const theirs = Object.getPrototypeOf(socket);
  const below = keepFields(socket, theirs, Ours.prototype);
  Object.setPrototypeOf(socket, above(theirs, Actual.prototype, Base.prototype));
  return below as WebSocketPrototype;
}

/** The members, down to the end, which stands for what is there. */
function above(theirs: object, members: object, end: object): object {
  if (theirs === end) {
    return members;
  }
  if (members === end) {
    return theirs;
  }
  // By its constructor Node tells an EventTarget.
  const { constructor: _, ...more } = Object.getOwnPropertyDescriptors(members);
  return Object.create(above(theirs, Object.getPrototypeOf(members), end), more);
}

/**
 * Takes up the fields that are needed, and moves those out of the way that would hide our members: doubles have their state in
 * one, and some their methods. The state stays writable, as it was, also by way of a Proxy of the object.
 */
function keepFields(socket: WebSocket, theirs: object, ours: object): object {
  const state = descriptorOf(theirs, "readyState");
  const fields = Reflect.ownKeys(socket).filter((key) => needed.includes(key) || Object.hasOwn(ours, key));
  if (fields.length === 0 && state?.get && !state.set) {
    return theirs;
  }
  const below = Object.create(theirs);
  for (const key of fields) {
    Object.defineProperty(below, key, Object.getOwnPropertyDescriptor(socket, key) as PropertyDescriptor);
    if (Object.hasOwn(ours, key)) {
      Reflect.deleteProperty(socket, key);
    }
  }
  const holder = state?.set && !fields.includes("readyState") ? socket : below;
  Object.defineProperty(socket, "readyState", {
    configurable: true,
    get: () => Reflect.get(ours, "readyState", socket),
    set: (value) => Reflect.set(below, "readyState", value, holder),
  });
  return below;
}

function descriptorOf(object: object | null, key: string): PropertyDescriptor | undefined {
  return object
    ? (Object.getOwnPropertyDescriptor(object, key) ?? descriptorOf(Object.getPrototypeOf(object), key))
    : undefined;
}
