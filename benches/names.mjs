// What results are found by.

export const OURS = "graceful-websocket";
