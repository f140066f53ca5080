// The `close` event that we fire.

/** A `close` event. Node 22 has such events, but does not show their class. */
export function closeEvent(init: CloseEventInit): Event {
  return typeof CloseEvent === "function"
    ? new CloseEvent("close", init)
    : Object.assign(new Event("close"), init);
}
