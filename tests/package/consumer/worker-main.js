// The Worker of a consumer in workerd: the default entry, which says what is in the way.

import { GracefulWebSocket } from "graceful-websocket";

export default {
  async fetch(request) {
    try {
      new GracefulWebSocket(`${new URL(request.url).searchParams.get("server")}/echo`);
      return Response.json("constructed");
    } catch ({ message, cause }) {
      return Response.json({ message, cause: cause?.name });
    }
  },
};
