import { noOwnPostgres, ownPostgres } from "../../test/devices/own-servers.ts";
import type { Part } from "../part.ts";
import { lines } from "../report/lines.ts";
import { table } from "../report/table.ts";
import { runWorker } from "../run-worker.ts";

/** Microseconds. */
interface Timing {
  readonly p50: number;
  readonly p99: number;
}

interface UsersResult {
  readonly store: "memory" | "postgres";
  readonly users: number;
  readonly list: Timing;
  readonly save: Timing;
  /** Bytes. */
  readonly heapPerUser?: number;
}

const USERS = { quick: [1e3, 1e4], full: [1e3, 1e4, 1e5, 1e6] } as const;
const OPERATIONS = { quick: 1000, full: 5000 } as const;

/**
 * The store with more and more users, each with one device. PostgreSQL is a server of its own, started and thrown away here;
 * without one on this machine only the memory store is measured. Ten million users: `--with ten-million`.
 */
export const users: Part<readonly UsersResult[]> = {
  name: "users",
  title: "How it grows: users in the store",
  async measure({ server, depth, extras, say }) {
    const operations = OPERATIONS[depth];
    const results: UsersResult[] = [];
    const measure = async (store: UsersResult["store"], users: number, url?: string) => {
      say(`${store}, ${users}`);
      const options = { execArgv: ["--expose-gc", "--max-old-space-size=8192"], patience: 1200 };
      const work = { store, users, url, operations };
      const figures = await runWorker<UsersResult>("apns-voip send", "users", server.target, work, options);
      results.push({ ...figures, store, users });
    };
    for (const count of USERS[depth]) await measure("memory", count);
    if (noOwnPostgres !== undefined) {
      say(`PostgreSQL is not measured: ${noOwnPostgres}`);
      return results;
    }
    const postgres = await ownPostgres();
    try {
      await postgres.start();
      const counts = extras.has("ten-million") ? [...USERS[depth], 1e7] : USERS[depth];
      for (const count of counts) await measure("postgres", count, postgres.url);
    } finally {
      await postgres.dispose();
    }
    return results;
  },
  report: results =>
    table(
      ["store", "users", "list p50, µs", "list p99, µs", "save p50, µs", "save p99, µs", "heap per user, bytes"],
      results.map(({ store, users, list, save, heapPerUser }) => [
        store,
        users,
        list.p50,
        list.p99,
        save.p50,
        save.p99,
        heapPerUser,
      ]),
    ),
  plots: results => ({
    "users-in-store.svg": lines({
      title: "One lookup (list) and one registration (save), p50",
      x: { label: "users in the store", log: true },
      y: { label: "µs", log: true },
      series: (["memory", "postgres"] as const).flatMap(kind => {
        const of = results.filter(({ store }) => store === kind);
        if (of.length === 0) return [];
        return [
          { label: `${kind} list`, points: of.map(({ users, list }) => [users, list.p50] as const) },
          { label: `${kind} save`, points: of.map(({ users, save }) => [users, save.p50] as const) },
        ];
      }),
    }),
  }),
};
