import type { Part } from "../part.ts";
import { bulk } from "./bulk.ts";
import { bursts } from "./bursts.ts";
import { devices } from "./devices.ts";
import { firstPush } from "./first-push.ts";
import { memory } from "./memory.ts";
import { idle, quiet } from "./quiet.ts";
import { recovery } from "./recovery.ts";
import { ring } from "./ring.ts";
import { routes } from "./routes.ts";
import { routesTenMillion } from "./routes-ten-million.ts";
import { steady } from "./steady.ts";
import { users } from "./users.ts";
import { weight } from "./weight.ts";

/** Every part, in the order in which they run and are shown. */
export const PARTS: readonly Part<unknown>[] = [
  steady,
  firstPush,
  quiet,
  recovery,
  memory,
  bulk,
  routes,
  weight,
  devices,
  bursts,
  ring,
  users,
  routesTenMillion,
  idle,
];
