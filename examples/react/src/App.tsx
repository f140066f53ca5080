// The page: an address, and the connection to it for as long as it is mounted.

import { useState } from "react";
import { ConnectionCard } from "./ConnectionCard";

const SERVER = new URLSearchParams(location.search).get("server") ?? "ws://127.0.0.1:8080/echo";

export function App() {
  const [address, setAddress] = useState(SERVER);
  const [url, setUrl] = useState<string | null>(null);

  return (
    <>
      <h1>graceful-websocket in React</h1>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setUrl(address);
        }}
      >
        <label>
          Address
          <input
            type="url"
            required
            pattern="wss?://[^#]+"
            value={address}
            onChange={(event) => setAddress(event.target.value)}
          />
        </label>
        <button type="submit" disabled={address === url}>
          Connect
        </button>
        <button type="button" disabled={url === null} onClick={() => setUrl(null)}>
          Unmount
        </button>
      </form>
      {url !== null && <ConnectionCard url={url} />}
    </>
  );
}
