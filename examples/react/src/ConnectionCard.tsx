// One connection: its ready state, its last messages, and how it was closed.

import { useState } from "react";
import { useGracefulWebSocket } from "./useGracefulWebSocket";

const STATE_NAMES = ["connecting", "open", "closing", "closed"];
const CLOSE_TIMEOUT_MS = 2_000;
const MESSAGES_SHOWN = 8;

interface Message {
  number: number;
  text: string;
}

function withAnother(messages: Message[], text: string): Message[] {
  const number = (messages.at(-1)?.number ?? 0) + 1;
  return [...messages, { number, text }].slice(-MESSAGES_SHOWN);
}

export function ConnectionCard({ url }: { url: string }) {
  const [messages, setMessages] = useState<Message[]>([]);
  const { socket, readyState, report, close } = useGracefulWebSocket(url, {
    closeTimeout: CLOSE_TIMEOUT_MS,
    onMessage: (data) => setMessages((former) => withAnother(former, String(data))),
  });
  const stateName = STATE_NAMES[readyState];

  return (
    <section>
      <header>
        <output className={stateName}>{stateName}</output>
        <button type="button" disabled={stateName !== "open"} onClick={() => close(1000, "done")}>
          Close
        </button>
      </header>
      <form action={(fields) => socket?.send(String(fields.get("message")))}>
        <label>
          Message
          <input name="message" required autoComplete="off" />
        </label>
        <button type="submit" disabled={stateName !== "open"}>
          Send
        </button>
      </form>
      <ul>
        {messages.map(({ number, text }) => (
          <li key={number}>{text}</li>
        ))}
      </ul>
      {report && (
        <dl>
          <dt>Outcome</dt>
          <dd>{report.outcome}</dd>
          <dt>Code</dt>
          <dd>{report.code}</dd>
          <dt>Elapsed</dt>
          <dd>{Math.round(report.elapsed)} ms</dd>
        </dl>
      )}
    </section>
  );
}
