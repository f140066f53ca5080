// Numbers and calls as the page writes them.

/** In characters; a longer one is cut short. */
const LONGEST_TEXT = 12;

/** `7.3 s`. */
export function seconds(milliseconds: number, digits = 1): string {
  return `${(milliseconds / 1000).toFixed(digits)} s`;
}

/** `3,000 ms`. */
export function milliseconds(value: number): string {
  return value === Infinity ? "Infinity" : `${count(Math.round(value))} ms`;
}

/** `33,554,432`. */
export function count(value: number): string {
  return value.toLocaleString("en");
}

/** `28.9 MB`. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** `4000 "bye"`. */
export function codeAndReason(code: number, reason: string): string {
  return reason === "" ? `${code}` : `${code} ${quoted(reason)}`;
}

/** `close(4000, "bye")`. */
export function call(name: string, ...parameters: unknown[]): string {
  const written = parameters.map((value) => (typeof value === "string" ? quoted(value) : `${value}`));
  return `${name}(${written.join(", ")})`;
}

/** `"bye"`, or the beginning of a long text. */
function quoted(text: string): string {
  const characters = [...text];
  return JSON.stringify(
    characters.length <= LONGEST_TEXT ? text : `${characters.slice(0, LONGEST_TEXT).join("")}…`,
  );
}
