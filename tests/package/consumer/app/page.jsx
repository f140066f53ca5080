// The page of the Next.js consumer: imports the package on the server too, and uses it on the client.

"use client";

import { GracefulWebSocket } from "graceful-websocket";
import { useEffect } from "react";
import { exercise } from "../exercise.js";

export default function Page() {
  useEffect(() => {
    // The development server runs effects twice.
    globalThis.result ??= exercise(GracefulWebSocket, new URLSearchParams(location.search).get("server"));
  }, []);
  return <p>Rendered on the server: {GracefulWebSocket.name}</p>;
}
