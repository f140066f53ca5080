// Whether this is Gecko, which does two things that no other engine does: it closes a page's sockets when a navigation
// begins, and it keeps the connection of a socket whose realm goes.

/** By what only its JavaScript engine has, in windows and in workers. */
export const isGecko = "InternalError" in globalThis;
