// The page of a client: @microsoft/signalr, which takes the page's WebSocket.

import "./register.js";
import { HttpTransportType, HubConnectionBuilder, LogLevel } from "@microsoft/signalr";
import { exercise, host } from "./exercise.js";

const client = new HubConnectionBuilder()
  .withUrl(`http://${host}`, { skipNegotiation: true, transport: HttpTransportType.WebSockets })
  .configureLogging(LogLevel.Error)
  .build();

globalThis.result = exercise({
  answer: client.start().then(() => client.invoke("Echo", "hello")),
  onClosed: (listener) => client.onclose((error) => listener(error?.message ?? "without an error")),
  close: () => client.stop(),
  state: () => client.state,
});
