// The errors that nobody in a page catches, kept by the page itself: what the browsers' drivers report of them comes at
// another time in each, and in Firefox with what the network has to say.

/** To run in a page before anything else. An error that a listener of the page prevents is expected, and not kept. */
export function keepUncaughtErrors() {
  const events = [];
  const keep = (event) =>
    events.push([event, (event.reason ?? event.error)?.message ?? event.message ?? `${event.reason}`]);
  addEventListener("error", keep);
  addEventListener("unhandledrejection", keep);
  Object.defineProperty(globalThis, "uncaughtErrors", {
    get: () => events.filter(([event]) => !event.defaultPrevented).map(([, message]) => message),
  });
}
