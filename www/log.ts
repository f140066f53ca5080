// A socket's record as a list of lines, for those who read rather than look.

import { seconds } from "./format.js";
import type { Recorder } from "./recorder.js";

/** Appends to a list what is new in a record. */
export class Log {
  readonly #list: HTMLOListElement;

  constructor(list: HTMLOListElement) {
    this.#list = list;
  }

  clear(): void {
    this.#list.replaceChildren();
  }

  draw({ entries }: Recorder): void {
    for (const { kind, at, text } of entries.slice(this.#list.children.length)) {
      const line = document.createElement("li");
      line.dataset.kind = kind;
      const time = document.createElement("time");
      time.textContent = seconds(at, 2);
      const what = document.createElement("span");
      what.textContent = text;
      line.append(time, " ", what);
      this.#list.append(line);
    }
    const last = entries.at(-1);
    const line = this.#list.lastElementChild?.lastElementChild;
    if (last && line && last.count > 1) {
      line.textContent = `${last.text} ×${last.count}`;
    }
  }
}
