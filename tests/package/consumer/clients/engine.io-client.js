// The page of a client: engine.io-client, which takes the page's WebSocket when it is imported.

import "./register.js";
import { Socket } from "engine.io-client";
import { exercise, host } from "./exercise.js";

const client = new Socket(`ws://${host}`, { transports: ["websocket"] });
client.on("open", () => client.send("hello"));

globalThis.result = exercise({
  answer: new Promise((resolve) => client.on("message", resolve)),
  onClosed: (listener) => client.on("close", listener),
  close: () => client.close(),
  state: () => client.readyState,
});
