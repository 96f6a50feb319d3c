import type { PushRoutes } from "apns-voip";

/**
 * Next.js (App Router): one catch-all file, `app/api/[...path]/route.ts`, exports what this returns:
 *
 *     export const { PUT, DELETE, POST } = createRouteHandlers(routes);
 */
export function createRouteHandlers(routes: PushRoutes) {
  const handle = (request: Request): Promise<Response> => routes.fetch(request);
  return { PUT: handle, DELETE: handle, POST: handle };
}
