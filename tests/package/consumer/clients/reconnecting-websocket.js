// The page of a client: reconnecting-websocket, to which the class is given.

import { GracefulWebSocket } from "graceful-websocket";
import ReconnectingWebSocket from "reconnecting-websocket";
import { closeOf, exercise, firstMessage, host, impatient } from "./exercise.js";

const client = new ReconnectingWebSocket(`ws://${host}`, [], { WebSocket: impatient(GracefulWebSocket) });
client.onopen = () => client.send("hello");

globalThis.result = exercise({
  answer: firstMessage(client),
  onClosed: (listener) => client.addEventListener("close", (event) => listener(closeOf(event))),
  close: () => client.close(4000, "bye"),
  state: () => client.readyState,
});
