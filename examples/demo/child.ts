import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Answer } from "./conversation.ts";
import { line, type Source } from "./screen.ts";

/** A process of the demo. */
export interface Child {
  /** Waits for exactly that line, `…` standing for an id or a time that is new each time, and shows it. Each line counts once. */
  sees(expected: string): Promise<void>;
  /** Waits for a line of that form, without showing it; returns what the form's group matched. */
  reads(form: RegExp): Promise<string>;
  /** Asks a process that answers questions. */
  ask<T>(name: string, input?: unknown): Promise<T>;
  /** Lines that nobody has waited for. */
  readonly unseen: readonly string[];
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Milliseconds to wait for a line. Most take a few; the start of the database takes seconds on a busy machine. */
const PATIENCE = 60_000;
/** What is another text in each run: a UUID, or how long something took. */
const NEW_EACH_TIME =
  /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|\d+(?= ms after (?:the push|APNs accepted)| s, (?:not )?answered)/;
const leash = new URL("leash.ts", import.meta.url).href;

const children = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

/** Starts `file`, a path from here. It gets the given variables, and of ours only those that no process can do without. */
export function startChild(source: Source, file: string, env: NodeJS.ProcessEnv = {}): Child {
  const { PATH, HOME, NODE_OPTIONS, SystemRoot } = process.env;
  const child = spawn(process.execPath, ["--import", leash, fileURLToPath(new URL(file, import.meta.url))], {
    env: { PATH, HOME, NODE_OPTIONS, SystemRoot, ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  children.add(child);
  const unseen: string[] = [];
  const ended = new Promise<void>(resolve => child.once("close", () => resolve()));
  const gone = ended.then((): never => {
    children.delete(child);
    throw new Error([`${source} has ended; it printed:`, ...unseen.slice(-10)].join("\n  "));
  });
  gone.catch(() => {});

  const questions = new Map<number, (answer: Answer) => void>();
  const ready = new Promise<void>(resolve => questions.set(0, () => resolve()));
  let asked = 0;
  let changed = Promise.withResolvers<void>();
  const change = () => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream as NodeJS.ReadableStream }).on("line", text => {
      unseen.push(text);
      change();
    });
  }
  child.on("message", (answer: Answer) => questions.get(answer.id)?.(answer));

  async function take(what: string, matches: (text: string) => boolean): Promise<string> {
    const tooLate = deadline(`${source} did not print ${what}; it printed:`, unseen);
    try {
      for (;;) {
        const index = unseen.findIndex(matches);
        if (index >= 0) return unseen.splice(index, 1)[0] as string;
        await Promise.race([changed.promise, gone, tooLate.promise]);
      }
    } finally {
      tooLate.cancel();
    }
  }

  return {
    unseen,

    async sees(expected) {
      line(source, await take(JSON.stringify(expected), text => text.replace(NEW_EACH_TIME, "…") === expected));
    },

    async reads(form) {
      return form.exec(await take(String(form), text => form.test(text)))?.[1] ?? "";
    },

    async ask<T>(name: string, input?: unknown) {
      const tooLate = deadline(`${source} did not answer "${name}"; it printed:`, unseen);
      try {
        await Promise.race([ready, gone, tooLate.promise]);
        const id = ++asked;
        const answered = new Promise<Answer>(resolve => questions.set(id, resolve));
        child.send({ id, name, input });
        const { value, error } = await Promise.race([answered, gone, tooLate.promise]);
        questions.delete(id);
        if (error !== undefined) throw new Error(`${source}: ${error}`);
        return value as T;
      } finally {
        tooLate.cancel();
      }
    },

    async stop(signal = "SIGTERM") {
      child.kill(signal);
      const impatience = setTimeout(() => child.kill("SIGKILL"), 3_000);
      await ended;
      clearTimeout(impatience);
    },
  };
}

function deadline(text: string, printed: readonly string[]) {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {});
  const timer = setTimeout(() => reject(new Error([text, ...printed.slice(-10)].join("\n  "))), PATIENCE);
  return { promise, cancel: () => clearTimeout(timer) };
}
