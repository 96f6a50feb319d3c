import { postgresDeviceStore } from "apns-voip/postgres";
import pg from "pg";
import { noOwnPostgres, ownPostgres } from "../../test/devices/own-servers.ts";
import { DEVICES, deviceToken } from "../clients/push.mjs";
import type { Context, Part } from "../part.ts";
import { median, medianRatio } from "../report/median.ts";
import { table } from "../report/table.ts";
import { startRoutes } from "../servers/routes.ts";
import { plansOf } from "../stores/plans.ts";
import { load, ROUTES, type Route, type RouteFigures } from "./routes.ts";

/** Users who register and are called: as many as Apple's stand-in knows phones. */
const USERS = DEVICES;
const ROWS = [1e3, 1e7] as const;
/** Has no divisor in common with the numbers of rows: in steps of it, rows of those users lie all over the table. */
const STRIDE = 7919;
const PLANS = { quick: { rounds: 3, seconds: 3 }, full: { rounds: 7, seconds: 5 } } as const;

type Rows = (typeof ROWS)[number];

interface RoutesTenMillionResult {
  readonly figures: Readonly<Record<Rows, Readonly<Record<Route, readonly RouteFigures[]>>>>;
  /** Of the large table, by statement. */
  readonly plans: Readonly<Record<string, string>>;
}

/** The Express example twice, with a table of few rows and one of ten million, only when asked for: `--with ten-million`. */
export const routesTenMillion: Part<RoutesTenMillionResult | undefined> = {
  name: "routes-ten-million",
  title: "How it grows: registration and call through the Express example, with ten million rows in its table",
  async measure(context) {
    if (!context.extras.has("ten-million")) return undefined;
    if (noOwnPostgres === undefined) return await measureBoth(context);
    context.say(`not measured: ${noOwnPostgres}`);
    return undefined;
  },
  report: result => (result === undefined ? "Not measured: `--with ten-million` asks for it." : report(result)),
};

async function measureBoth({ server, depth, say }: Context): Promise<RoutesTenMillionResult> {
  const { rounds, seconds } = PLANS[depth];
  const figures: Record<Rows, Record<Route, RouteFigures[]>> = {
    [ROWS[0]]: { registration: [], call: [] },
    [ROWS[1]]: { registration: [], call: [] },
  };
  await using tables = new AsyncDisposableStack();
  const prepare = async (rows: Rows) => {
    const postgres = await ownPostgres();
    tables.defer(() => postgres.dispose());
    await postgres.start();
    say(`${rows.toLocaleString("en")} rows`);
    await fill(postgres.url, rows);
    const example = tables.use(await startRoutes("example", server.target, postgres.url));
    return { postgres, example };
  };
  const prepared = { [ROWS[0]]: await prepare(ROWS[0]), [ROWS[1]]: await prepare(ROWS[1]) };
  // The first round warms both up.
  for (let round = 0; round <= rounds; round++) {
    say(round === 0 ? "warm-up" : `round ${round}`);
    for (const route of ROUTES) {
      for (const rows of round % 2 === 0 ? ROWS : ROWS.toReversed()) {
        const figure = await load(prepared[rows].example, route, seconds, USERS);
        if (round > 0) figures[rows][route].push(figure);
      }
    }
  }
  return { figures, plans: await plansOfExample(prepared[ROWS[1]].postgres.url) };
}

/** A phone for each user; the first ones have those that Apple's stand-in knows. */
async function fill(url: string, rows: Rows): Promise<void> {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  await postgresDeviceStore(pool).migrate();
  await pool.query(`INSERT INTO push_devices (token, user_id, push_type, bundle_id, environment)
    SELECT CASE WHEN n < ${USERS} THEN lpad(to_hex(n), 64, '0') ELSE encode(sha256(n::text::bytea), 'hex') END,
      n, 'voip', 'com.example.app', 'production'
    FROM (SELECT i::bigint * ${STRIDE} % ${rows} AS n FROM generate_series(1, ${rows}) AS i) AS users`);
  await pool.query("VACUUM ANALYZE push_devices");
  await pool.query("CHECKPOINT");
  await pool.end();
}

async function plansOfExample(url: string): Promise<Record<string, string>> {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  const device = { userId: "77", token: deviceToken(77), pushType: "voip", bundleId: "com.example.app" } as const;
  const plans = await plansOf(pool, [client => postgresDeviceStore(client)], async store => {
    await store.list("77", "voip");
    await store.save({ ...device, platform: "ios", registeredAt: new Date() });
  });
  await pool.end();
  return plans;
}

function report({ figures, plans }: RoutesTenMillionResult): string {
  const rows = ROUTES.flatMap(route =>
    ROWS.map(rows => {
      const of = (figure: "requestsPerSecond" | "cpuPerRequest" | "p50" | "p99" | "failed") =>
        figures[rows][route].map(round => round[figure]);
      const few = figures[ROWS[0]][route].map(round => round.requestsPerSecond);
      return [
        route,
        rows,
        median(of("requestsPerSecond")),
        rows === ROWS[0] ? undefined : medianRatio(of("requestsPerSecond") as number[], few),
        median(of("cpuPerRequest")),
        median(of("p50")),
        median(of("p99")),
        of("failed").reduce<number>((sum, failed = 0) => sum + failed, 0),
      ];
    }),
  );
  const columns = ["route", "rows", "requests/s", "÷ few rows", "CPU µs/request", "p50 ms", "p99 ms", "failed"];
  const shown = Object.entries(plans).map(([statement, plan]) => `${statement}\n\n${plan}`);
  return `${table(columns, rows)}\n\nThe plans with ten million rows:\n\n\`\`\`text\n${shown.join("\n\n")}\n\`\`\``;
}
