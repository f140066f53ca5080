// A realm of its own for one socket. When its frame goes, the browser cuts the socket's connection, in whatever state:
// the one way there is, as the standard has none. (WHATWG WebSockets, "make disappear"; HTML, "destroy a document".)

import type { WebSocketClass } from "../types.js";
import { isGecko } from "./engine.js";

/** A hidden frame that holds a realm. Removing it ends that. */
export type Realm = HTMLIFrameElement & { contentWindow: { WebSocket: WebSocketClass } };

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
  if (Base !== Platforms || !globalThis.document?.documentElement) {
    throw new DOMException(
      "disposable needs the platform's own WebSocket and a document",
      "NotSupportedError",
    );
  }
  // Gecko keeps the connection when its realm goes, and then never tells when it ends: a realm would be worse than none.
  if (isGecko) {
    return undefined;
  }
  const realm = document.createElement("iframe");
  realm.style.display = "none";
  document.documentElement.append(realm); // there may be no body yet
  return realm as unknown as Realm;
}
