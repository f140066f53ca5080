// How figures are written, in the documents and in the plots.

const KILO = 1_024;

export const one = (value) => value.toFixed(1);
export const two = (value) => value.toFixed(2);

export function nameOf(contestant) {
  return contestant === "native" ? "the browser's own" : contestant;
}

export function bytesText(bytes) {
  return bytes < KILO ? `${bytes} B` : `${bytes / KILO} kB`;
}
