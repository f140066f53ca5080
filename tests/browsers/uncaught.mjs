// The errors that nobody in a page catches, kept by the page itself: what the browsers' drivers report of them comes at
// another time in each, and in Firefox with what the network has to say.

/** To run in a page before anything else. */
export function keepUncaughtErrors() {
  globalThis.uncaughtErrors = [];
  addEventListener("error", ({ message, error }) => uncaughtErrors.push(error?.message ?? message));
  addEventListener("unhandledrejection", ({ reason }) => uncaughtErrors.push(reason?.message ?? `${reason}`));
}
