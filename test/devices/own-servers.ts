import { type ChildProcess, execFile, spawn } from "node:child_process";
import { accessSync, chownSync, constants } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

/** A database server of a test's own, to be stopped and started at will. */
export interface OwnServer {
  readonly port: number;
  readonly url: string;
  start(): Promise<void>;
  /** Ends it without warning. What it said was stored is there after the next start. */
  kill(): Promise<void>;
  /** Holds the process where it is: connections stay open, nothing answers. Not for PostgreSQL, which is many processes. */
  freeze(): void;
  thaw(): void;
  dispose(): Promise<void>;
}

const run = promisify(execFile);
const postgresFolder = await findPostgres();
const redisServer = onPath("redis-server");

/** Why there can be no server of our own, for the tests that are then skipped. */
export const noOwnPostgres =
  postgresFolder === undefined ? "no initdb in /usr/lib/postgresql/*/bin or on the PATH" : undefined;
export const noOwnRedis = redisServer === undefined ? "no redis-server on the PATH" : undefined;

/** A new cluster, not started yet. */
export async function ownPostgres(): Promise<OwnServer> {
  const folder = await mkdtemp(join(tmpdir(), "apns-voip-postgres-"));
  const data = join(folder, "data");
  const port = await freePort();
  const as = await whoMayRunPostgres(folder);
  const binary = (name: string) => join(postgresFolder!, name);
  await run(binary("initdb"), ["-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync"], as);
  const settings = { listen_addresses: "127.0.0.1", unix_socket_directories: folder, max_connections: "30" };
  const args = ["-D", data, "-p", `${port}`, ...Object.entries(settings).flatMap(setting => ["-c", setting.join("=")])];
  return ownServer({
    ...{ port, folder, url: `postgres://postgres@127.0.0.1:${port}/postgres` },
    spawn: () => spawn(binary("postgres"), args, { ...as, cwd: folder, stdio: "ignore" }),
    isUp: () => run(binary("pg_isready"), ["-h", "127.0.0.1", "-p", `${port}`]),
    // Immediate shutdown: the other processes of the cluster would outlive a SIGKILL of the first by a moment.
    killSignal: "SIGQUIT",
  });
}

/** A new server that writes everything to disk at once, not started yet. */
export async function ownRedis(...options: string[]): Promise<OwnServer> {
  const folder = await mkdtemp(join(tmpdir(), "apns-voip-redis-"));
  const port = await freePort();
  const durable = ["--appendonly", "yes", "--appendfsync", "always"];
  const args = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder, ...durable, ...options];
  return ownServer({
    ...{ port, folder, url: `redis://127.0.0.1:${port}` },
    spawn: () => spawn(redisServer!, args, { cwd: folder, stdio: "ignore" }),
    isUp: () => connects(port),
    killSignal: "SIGKILL",
  });
}

interface Making {
  readonly port: number;
  readonly folder: string;
  readonly url: string;
  readonly spawn: () => ChildProcess;
  readonly isUp: () => Promise<unknown>;
  readonly killSignal: NodeJS.Signals;
}

function ownServer({ port, folder, url, spawn, isUp, killSignal }: Making): OwnServer {
  let child: ChildProcess | undefined;
  const killNow = () => child?.kill("SIGKILL");
  process.once("exit", killNow);

  async function kill(): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise(resolve => child?.once("exit", resolve));
    child.kill(killSignal);
    await gone;
  }

  return {
    port,
    url,
    kill,
    async start() {
      child = spawn();
      for (;;) {
        if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended with exit code ${child.exitCode}`);
        try {
          await isUp();
          return;
        } catch {
          await delay(50);
        }
      }
    },
    freeze: () => child?.kill("SIGSTOP"),
    thaw: () => child?.kill("SIGCONT"),
    async dispose() {
      child?.kill("SIGCONT");
      await kill();
      process.off("exit", killNow);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function connects(port: number): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  socket.destroy();
}

/** The nodes of a Redis cluster talk at 10000 above the port, and there must be such a port. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise(resolve => server.close(resolve));
  return port + 10_000 < 65_536 ? port : freePort();
}

/** PostgreSQL refuses to run as root; its package brings a user. */
async function whoMayRunPostgres(folder: string): Promise<{ uid?: number; gid?: number }> {
  if (process.getuid?.() !== 0) return {};
  const id = async (flag: string) => Number((await run("id", [flag, "postgres"])).stdout);
  const [uid, gid] = [await id("-u"), await id("-g")];
  chownSync(folder, uid, gid);
  return { uid, gid };
}

async function findPostgres(): Promise<string | undefined> {
  const root = "/usr/lib/postgresql";
  const versions = await readdir(root).catch(() => []);
  const folders = versions.sort((a, b) => Number(b) - Number(a)).map(version => join(root, version, "bin"));
  const initdb = [...folders.map(folder => join(folder, "initdb")), onPath("initdb") ?? ""].find(isExecutable);
  return initdb?.slice(0, -"/initdb".length);
}

function onPath(name: string): string | undefined {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .map(folder => join(folder, name))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
