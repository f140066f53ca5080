// A realm of its own for one socket. When its frame goes, the browser cuts the socket's connection, in whatever state:
// the one way there is, as the standard has none. (WHATWG WebSockets, "make disappear"; HTML, "destroy a document".)

import type { WebSocketClass } from "../types.js";
import { isGecko } from "./engine.js";

/** A hidden frame that holds a realm. Removing it ends that. */
export type Realm = HTMLIFrameElement & { contentWindow: EventTarget & { WebSocket: WebSocketClass } };

/**
 * A new realm for a socket of the class; `undefined` where none is of use: the class has its own way to cut a connection,
 * or the browser does not cut it.
 *
 * @throws {DOMException} `NotSupportedError` where there is no document, as in a worker, or the class is not the platform's.
 */
export function openRealm(Base: WebSocketClass, Platforms: WebSocketClass | undefined): Realm | undefined {
  if ("terminate" in Base.prototype) {
    return undefined;
  }
  if (Base === Platforms && globalThis.document?.documentElement) {
    // Gecko keeps the connection when its realm goes, and then never tells when it ends: a realm would be worse than none.
    if (isGecko) {
      return undefined;
    }
    const realm = document.createElement("iframe");
    realm.style.display = "none";
    document.documentElement.append(realm); // there may be no body yet
    // In a sandbox it is of another origin.
    if (realm.contentDocument) {
      return realm as unknown as Realm;
    }
    realm.remove();
  }
  throw new DOMException(
    "disposable needs the platform's own WebSocket and a document, in no sandbox",
    "NotSupportedError",
  );
}

/** Whether the page goes, with all its frames. */
let isGoing: boolean | undefined;

/** Calls back when somebody takes the frame away: before it is done, since nothing can be told of its objects then. */
export function whenTakenAway(realm: Realm, tell: () => void): void {
  if (isGoing === undefined) {
    for (const type of ["pagehide", "pageshow"]) {
      addEventListener(type, (event) => {
        isGoing = event.isTrusted && type === "pagehide";
      });
    }
  }
  isGoing = false;
  realm.contentWindow.addEventListener("pagehide", () => isGoing || tell());
}
