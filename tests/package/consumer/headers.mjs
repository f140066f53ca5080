// Shakes hands with headers: `headers.mjs <address> <class>`. The server refuses, and has seen them.

const [address, kind] = process.argv.slice(2);

const classes = {
  "its own": async () => (await import("graceful-websocket")).GracefulWebSocket,
  registered: async () => {
    await import("graceful-websocket/register");
    return WebSocket;
  },
  undici: async () => {
    const { withGracefulClose } = await import("graceful-websocket");
    return withGracefulClose((await import("undici")).WebSocket);
  },
  ws: async () => {
    const { withGracefulClose } = await import("graceful-websocket");
    const { standardWebSocket } = await import("graceful-websocket/ws");
    return withGracefulClose(standardWebSocket((await import("ws")).WebSocket));
  },
};

const Class = await classes[kind]();
const headers = { Authorization: "Bearer of news" };
const ours = { protocols: ["chat"], openTimeout: 5_000, closeTimeout: 1_000 };
const sockets = [new Class(address, { ...ours, headers })];
if (kind === "ws") {
  // As the third argument, where `ws` itself has them.
  sockets.push(new Class(address, ours, { headers }));
}
for (const socket of sockets) {
  const { phase } = await socket.closed;
  console.log(phase);
}
