import { createServer } from "node:http";
import type { PushRoutes } from "apns-voip";
import { toNodeHandler } from "apns-voip/node";

export function createApp(routes: PushRoutes) {
  const push = toNodeHandler(routes);
  return createServer((request, response) =>
    push(request, response, () => {
      response.setHeader("content-type", "application/json");
      response.end('{"ok":true}');
    }),
  );
}
