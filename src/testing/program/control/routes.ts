import type { Scene } from "../scene.js";
import type { MockSetUp } from "../set-up.js";
import { deviceRoutes } from "./device-routes.js";
import { faultRoutes } from "./fault-routes.js";
import type { ControlRoute } from "./route.js";
import { scriptRoutes } from "./script-routes.js";
import { sightRoutes } from "./sight-routes.js";

/** Every route of the control API. The first one lists them. */
export function controlRoutes(scene: Scene, setUp: MockSetUp): readonly ControlRoute[] {
  const routes: ControlRoute[] = [
    {
      method: "GET",
      path: "/control",
      summary: "How to send to the mock, and this list",
      serve: () => ({
        setUp,
        routes: [
          ...routes.map(({ method, path, summary }) => ({ method, path, summary })),
          {
            method: "GET",
            path: "/control/events",
            summary: "What happens, as server-sent events; `state` comes first",
          },
        ],
      }),
    },
    ...deviceRoutes(scene, setUp.bundleId),
    ...sightRoutes(scene),
    ...scriptRoutes(scene),
    ...faultRoutes(scene),
  ];
  return routes;
}
