// What somebody else's code throws into ours.

/** What is thrown is not lost silently, and keeps nothing else from being done. */
export function attempt(action: () => void): void {
  try {
    action();
  } catch (error) {
    report(error);
  }
}

/** As an uncaught error; where that would end the process, as in Node, on the console. */
export function report(error: unknown): void {
  (globalThis.reportError ?? console.error)(error);
}
