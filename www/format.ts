// Numbers and calls as the page writes them.

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

/** `32.0 MB`. */
export function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`;
}

/** `4000 "bye"`. */
export function codeAndReason(code: number, reason: string): string {
  return reason === "" ? `${code}` : `${code} ${JSON.stringify(reason)}`;
}

/** `close(4000, "bye")`. */
export function call(name: string, ...parameters: unknown[]): string {
  const written = parameters.map((value) => (typeof value === "string" ? JSON.stringify(value) : `${value}`));
  return `${name}(${written.join(", ")})`;
}
