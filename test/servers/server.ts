import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Kind, Launch, Place, Wanted } from "./kind.ts";

/** How often it is looked whether a server listens, a twentieth of a second apart. */
const PATIENCE = 300;
const STEP = 50;
/** How often a server is started at most. One that ends at once has no port yet, or cannot run at all. */
const MOST_STARTS = 20;

/** A server on its port: one process after the other, as it is restarted. */
export class Server {
  readonly #place: Place;
  readonly #launch: Launch;
  readonly #env: NodeJS.ProcessEnv;
  #current: ChildProcess | undefined;
  readonly #all = new Set<ChildProcess>();
  #printed = "";

  private constructor(place: Place, launch: Launch) {
    this.#place = place;
    this.#launch = launch;
    process.once("exit", () => this.kill());
    this.#env = { ...process.env, ...launch.env };
  }

  static async start(kind: Kind, place: Place, wanted: Wanted): Promise<Server> {
    const server = new Server(place, await kind.launch(place, wanted));
    await server.start();
    return server;
  }

  /** What it has written down and printed so far. */
  get log(): string {
    const { logPath } = this.#launch;
    return this.#printed + (logPath !== undefined && existsSync(logPath) ? readFileSync(logPath, "utf8") : "");
  }

  /** Resolves when it takes connections. One that ends at once, because another still has the port, is started again. */
  async start(): Promise<void> {
    let starts = 0;
    for (let attempt = 0; attempt < PATIENCE && starts <= MOST_STARTS; attempt++) {
      if (this.#current === undefined) {
        this.#spawn();
        starts++;
      }
      await sleep(STEP);
      if (this.#current !== undefined && (await this.#listens())) return;
    }
    throw new Error(`does not start: ${this.#printed.slice(-1000)}`);
  }

  async reload(): Promise<void> {
    const { reload } = this.#launch;
    if (typeof reload === "string") this.#current?.kill(reload);
    else if (reload !== undefined) await promisify(execFile)(reload[0] as string, reload.slice(1), { env: this.#env });
  }

  /** A new process takes over while the old one finishes what it has. */
  async restart(): Promise<void> {
    this.#current?.kill(this.#launch.leave);
    this.#current = undefined;
    await sleep(STEP);
    await this.start();
  }

  /** Its processes are gone, in the middle of whatever they did. */
  kill(): void {
    for (const child of this.#all) killGroup(child);
    this.#current = undefined;
  }

  /** Lets it finish, and kills what does not. */
  async stop(): Promise<void> {
    this.#current?.kill(this.#launch.leave);
    for (let step = 0; step < 60 && this.#all.size > 0; step++) await sleep(STEP);
    this.kill();
  }

  #spawn(): void {
    const [command, ...args] = this.#launch.command;
    // A group of its own, so that a kill takes its workers, too.
    const child = spawn(command as string, args, {
      cwd: this.#place.folder,
      env: this.#env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const hear = (text: string) => {
      this.#printed += text;
    };
    child.stdout.setEncoding("utf8").on("data", hear);
    child.stderr.setEncoding("utf8").on("data", hear);
    const gone = () => {
      this.#all.delete(child);
      if (this.#current === child) this.#current = undefined;
    };
    child.on("exit", gone);
    child.on("error", error => {
      this.#printed += `${error.message}\n`;
      gone();
    });
    this.#all.add(child);
    this.#current = child;
  }

  #listens(): Promise<boolean> {
    return new Promise(resolve => {
      const socket = connect(this.#place.port, this.#place.host);
      const end = (listens: boolean) => {
        socket.destroy();
        resolve(listens);
      };
      socket.on("connect", () => end(true)).on("error", () => end(false));
    });
  }
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The process has ended already.
  }
}
