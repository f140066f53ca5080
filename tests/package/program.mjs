// A program that runs beside a row: what it prints, and its end.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";

/** After so long, a program that has not printed what is awaited, or has not ended, never will. */
const HANGS_AFTER_MS = 20_000;

export class Program {
  #process;
  #ended;
  #printed = "";

  constructor(program, args, options) {
    this.#process = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    this.#ended = once(this.#process, "close");
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        this.#printed += text;
      });
    }
  }

  /** The first match in what it prints. */
  async firstMatch(pattern) {
    const signal = AbortSignal.timeout(HANGS_AFTER_MS);
    const inFullLines = () => pattern.exec(this.#inFullLines());
    while (!inFullLines()) {
      const more = once(this.#process.stdout, "data", { signal });
      const ended = this.#ended.then(() => assert.fail("it ended too early"));
      await Promise.race([more, ended]).catch((error) => this.#fail(error));
    }
    return inFullLines()[0];
  }

  /** The lines that it has printed so far. */
  fullLines() {
    return this.#inFullLines().split("\n").slice(0, -1);
  }

  #inFullLines() {
    return this.#printed.slice(0, this.#printed.lastIndexOf("\n") + 1);
  }

  /** Waits until it has ended by itself, successfully. */
  async end() {
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), HANGS_AFTER_MS);
    const [code, signal] = await this.#ended;
    clearTimeout(timer);
    if (code !== 0) {
      this.#fail(new Error(`it should have ended by itself, and did with ${code ?? signal}`));
    }
  }

  async kill() {
    this.#process.kill();
    await this.#ended;
  }

  #fail(cause) {
    throw new Error(`${cause.message}; it printed:\n${this.#printed}`, { cause });
  }
}
