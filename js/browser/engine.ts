// Where this runs, as far as something has to be done in another way there.

/**
 * Gecko closes a page's sockets when a navigation begins, and keeps the connection of a socket whose realm goes. It is told
 * by what only its JavaScript engine has, in windows and in workers.
 */
export const isGecko = "InternalError" in globalThis;

/** Deno goes on firing `message` after close(), and keeps a process alive for a port that was told not to in its own task. */
export const isDeno = "Deno" in globalThis;

/** workerd runs many requests in one realm, and nothing of the one may touch a socket of another. */
export const isWorkerd = "WebSocketPair" in globalThis;
