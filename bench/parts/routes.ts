import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { noOwnPostgres, ownPostgres } from "../../test/devices/own-servers.ts";
import { atLeast, type Context, type Part } from "../part.ts";
import { median, medianRatio } from "../report/median.ts";
import { table } from "../report/table.ts";
import { ADMIN_TOKEN, JWT_SECRET, ROUTE_SERVERS, type RouteServer, startRoutes } from "../servers/routes.ts";

const run = promisify(execFile);
const LOAD = fileURLToPath(new URL("../peers/load.mjs", import.meta.url));

type Route = "registration" | "call";

/** Milliseconds. */
interface RouteFigures {
  readonly requestsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
}

type RoutesResult = Readonly<Record<Route, Readonly<Record<RouteServer, readonly RouteFigures[]>>>>;

const ROUTES: readonly Route[] = ["registration", "call"];
const PLANS = { quick: { rounds: 3, seconds: 2 }, full: { rounds: 7, seconds: 5 } } as const;
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
      atLeast(`Express example ÷ by hand, ${route}, requests/s`, result && ratio(result, route), 0.85),
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
    const urls: Record<RouteServer, string> = { example: example.url, "by hand": byHand.url };
    for (const each of ROUTE_SERVERS) await load(urls[each], "everybody", seconds);
    // The first round warms both up.
    for (let round = 0; round <= rounds; round++) {
      say(round === 0 ? "warm-up" : `round ${round}`);
      for (const route of ROUTES) {
        for (const each of round % 2 === 0 ? ROUTE_SERVERS : ROUTE_SERVERS.toReversed()) {
          const figures = await load(urls[each], route, seconds);
          if (round > 0) result[route][each].push(figures);
        }
      }
    }
  } finally {
    await postgres.dispose();
  }
  return result;
}

async function load(url: string, route: Route | "everybody", seconds: number): Promise<RouteFigures> {
  const work = { connections: CONNECTIONS, users: USERS, adminToken: ADMIN_TOKEN, jwtSecret: JWT_SECRET };
  const { stdout } = await run(process.execPath, [LOAD, JSON.stringify({ url, route, seconds, ...work })]);
  return JSON.parse(stdout);
}

function ratio(result: RoutesResult, route: Route): number | undefined {
  const rates = (server: RouteServer) => result[route][server].map(({ requestsPerSecond }) => requestsPerSecond);
  return medianRatio(rates("example"), rates("by hand"));
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
        median(figures.map(({ p50 }) => p50)),
        median(figures.map(({ p99 }) => p99)),
        figures.reduce((sum, { failed }) => sum + failed, 0),
      ];
    }),
  );
  return table(["route", "server", "requests/s", "÷ by hand", "p50 ms", "p99 ms", "failed"], rows);
}
