import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { bearerAuth } from "apns-voip";
import { consoleLogger, createPushApiClient } from "apns-voip/signal";
import { closeOnSignal, requireEnvironment } from "../environment.ts";
import { createSignalServer } from "./signal-server.ts";

const { API_URL, ADMIN_PUSH_TOKEN, JWT_SECRET } = requireEnvironment({
  API_URL: "where the API server is, for example http://api:3000",
  ADMIN_PUSH_TOKEN: "the same text as on the API server",
  JWT_SECRET: "the text that signs the app's logins, as on the API server",
});
const path = process.env.SOCKETIO_PATH || "/signal/socket.io/";

const onEvent = consoleLogger();
const http = createServer();
const signalServer = createSignalServer(http, {
  path,
  api: createPushApiClient({ apiUrl: API_URL, adminToken: ADMIN_PUSH_TOKEN, onEvent }),
  authenticate: bearerAuth({ secret: JWT_SECRET, userIdClaim: "uid" }),
  onEvent,
  // Milliseconds; 30 seconds when nobody says otherwise.
  ringTimeout: Number(process.env.RING_TIMEOUT) || undefined,
});

http.listen(Number(process.env.PORT || 3001), () => {
  console.log(`Signal server listening on http://localhost:${(http.address() as AddressInfo).port}${path}`);
});
closeOnSignal(() => signalServer.close());
