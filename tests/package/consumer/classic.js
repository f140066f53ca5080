// The page of a consumer: the classic script, which has been loaded by now.

globalThis.result = import("./exercise.js").then(({ exercise }) =>
  exercise(GracefulWebSocket, new URLSearchParams(location.search).get("server")),
);
