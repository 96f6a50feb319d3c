import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { noOwnPostgres, ownPostgres } from "../../test/devices/own-servers.ts";
import { atLeast, type Context, type Part } from "../part.ts";
import { median, medianRatio } from "../report/median.ts";
import { table } from "../report/table.ts";
import {
  ADMIN_TOKEN,
  JWT_SECRET,
  ROUTE_SERVERS,
  type RouteServer,
  type RunningServer,
  startRoutes,
} from "../servers/routes.ts";

const run = promisify(execFile);
const LOAD = fileURLToPath(new URL("../peers/load.mjs", import.meta.url));

export type Route = "registration" | "call";

/** Milliseconds; of the server's CPU, microseconds. */
export interface RouteFigures {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly cpuPerRequest?: number;
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
}

type RoutesResult = Readonly<Record<Route, Readonly<Record<RouteServer, readonly RouteFigures[]>>>>;

export const ROUTES: readonly Route[] = ["registration", "call"];
const PLANS = { quick: { rounds: 11, seconds: 1 }, full: { rounds: 7, seconds: 5 } } as const;
/** Budgets: the share of the requests a second of the routes by hand that ours must reach. */
const WANTED: Readonly<Record<Route, number>> = { registration: 0.9, call: 1 };
const CONNECTIONS = 50;
const USERS = 100;

/** A phone registers, a call rings: the Express example next to the same routes by hand, on one PostgreSQL. */
export const routes: Part<RoutesResult | undefined> = {
  name: "routes",
  title: "Registration and call through the Express example, next to the same routes by hand",
  async measure(context) {
    if (noOwnPostgres === undefined) return await measureRoutes(context);
    context.say(`not measured: ${noOwnPostgres}`);
    return undefined;
  },
  report: result => (result === undefined ? "Not measured: no PostgreSQL on this machine." : routesTable(result)),
  budgets: result =>
    ROUTES.map(route =>
      atLeast(`Express example ÷ by hand, ${route}, requests/s`, result && ratio(result, route), WANTED[route]),
    ),
};

async function measureRoutes({ server, depth, say }: Context): Promise<RoutesResult> {
  const { rounds, seconds } = PLANS[depth];
  const result: Record<Route, Record<RouteServer, RouteFigures[]>> = {
    registration: { example: [], "by hand": [] },
    call: { example: [], "by hand": [] },
  };
  const postgres = await ownPostgres();
  try {
    await postgres.start();
    await using example = await startRoutes("example", server.target, postgres.url);
    await using byHand = await startRoutes("by hand", server.target, postgres.url);
    const servers: Record<RouteServer, RunningServer> = { example, "by hand": byHand };
    for (const each of ROUTE_SERVERS) await load(servers[each], "everybody", seconds);
    // The first round warms both up.
    for (let round = 0; round <= rounds; round++) {
      say(round === 0 ? "warm-up" : `round ${round}`);
      for (const route of ROUTES) {
        for (const each of round % 2 === 0 ? ROUTE_SERVERS : ROUTE_SERVERS.toReversed()) {
          const figures = await load(servers[each], route, seconds);
          if (round > 0) result[route][each].push(figures);
        }
      }
    }
  } finally {
    await postgres.dispose();
  }
  return result;
}

export async function load(
  server: RunningServer,
  route: Route | "everybody",
  seconds: number,
  users = USERS,
): Promise<RouteFigures> {
  const work = { connections: CONNECTIONS, users, adminToken: ADMIN_TOKEN, jwtSecret: JWT_SECRET };
  const before = await server.cpu();
  const { stdout } = await run(process.execPath, [LOAD, JSON.stringify({ url: server.url, route, seconds, ...work })]);
  const after = await server.cpu();
  const figures: RouteFigures = JSON.parse(stdout);
  if (before === undefined || after === undefined) return figures;
  return { ...figures, cpuPerRequest: ((after - before) * 1e6) / figures.requests };
}

function ratio(
  result: RoutesResult,
  route: Route,
  figure: "requestsPerSecond" | "cpuPerRequest" = "requestsPerSecond",
): number | undefined {
  const rounds = (server: RouteServer) => result[route][server].map(round => round[figure]);
  return medianRatio(rounds("example"), rounds("by hand"));
}

function routesTable(result: RoutesResult): string {
  const rows = ROUTES.flatMap(route =>
    ROUTE_SERVERS.map(server => {
      const figures = result[route][server];
      return [
        route,
        server,
        median(figures.map(({ requestsPerSecond }) => requestsPerSecond)),
        server === "example" ? ratio(result, route) : undefined,
        median(figures.map(({ cpuPerRequest }) => cpuPerRequest)),
        server === "example" ? ratio(result, route, "cpuPerRequest") : undefined,
        median(figures.map(({ p50 }) => p50)),
        median(figures.map(({ p99 }) => p99)),
        figures.reduce((sum, { failed }) => sum + failed, 0),
      ];
    }),
  );
  return table(
    ["route", "server", "requests/s", "÷ by hand", "CPU µs/request", "÷ by hand", "p50 ms", "p99 ms", "failed"],
    rows,
  );
}
