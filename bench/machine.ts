import { readFile } from "node:fs/promises";
import os from "node:os";

/** What a figure depends on besides the code. */
export interface Machine {
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly system: string;
  readonly versions: Readonly<Record<string, string>>;
}

const OURS = ["undici"];
const PEERS = ["@parse/node-apn", "apns2", "hapns", "undici", "autocannon"];

export async function describeMachine(server: string): Promise<Machine> {
  const [cpu] = os.cpus();
  return {
    node: process.version,
    cpu: cpu?.model ?? "unknown",
    cores: os.availableParallelism(),
    memoryGigabytes: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.arch()}`,
    versions: {
      ...(await versionsOf(OURS, "")),
      ...(await versionsOf(PEERS, "peers' ")),
      server,
    },
  };
}

async function versionsOf(packages: readonly string[], whose: string): Promise<Record<string, string>> {
  const folder = whose === "" ? "../" : "peers/";
  const versions = packages.map(async name => {
    const path = new URL(`${folder}node_modules/${name}/package.json`, import.meta.url);
    return [`${OURS.includes(name) ? whose : ""}${name}`, JSON.parse(await readFile(path, "utf8")).version as string];
  });
  return Object.fromEntries(await Promise.all(versions));
}

/** How busy the machine was: the mean number of processes that wanted to run in the last minute. */
export function load(): number {
  return Math.round((os.loadavg()[0] ?? 0) * 10) / 10;
}
