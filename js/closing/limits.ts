// What a Close frame of a page may carry, and how long a close may take: as in `src/closing/`, and a test compares them.

/** The close codes that a page may send: this one, and a range. (WHATWG WebSockets, `close()`, step 1.) */
export const NORMAL = 1000;
export const FIRST_PRIVATE = 3000;
export const LAST_PRIVATE = 4999;

/** The longest reason, in bytes of UTF-8. (RFC 6455, section 5.5: 125, of which the code takes two.) */
export const MAX_REASON_BYTES = 123;

/** The close timeout of a socket that was given none, in milliseconds. */
export const DEFAULT_CLOSE_TIMEOUT = 10_000;
