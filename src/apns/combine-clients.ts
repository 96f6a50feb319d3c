import { readEnvironment } from "../environment.js";
import { ApnsVoipError } from "../errors.js";
import { describe } from "../internal/describe.js";
import { has } from "../internal/options.js";
import type { ApnsClient } from "./client.js";
import type { ApnsPush, ApnsResult, ApnsSendOptions } from "./push.js";
import { bundleIdOf } from "./push-types.js";
import { sendEach } from "./send-each.js";

/**
 * One client of several: each push goes out with the first that may send for its app and environment, so that one service serves
 * several apps, teams and keys. A client may send for the apps of its `bundleIds` (without: for any) in its `environments`. A push
 * without a topic goes to the first client that has a `bundleId`; one without an environment to the default of its client.
 *
 * A push that none may send is refused with `INVALID_PUSH`. `close()` closes all of them.
 *
 * @throws {ApnsVoipError} `INVALID_OPTIONS` when there is none, and when one of them could never be reached.
 *
 * @example
 * ```ts
 * const apns = combineApnsClients([
 *   createApnsClient({ ...taxi, bundleId: "com.example.taxi", bundleIds: ["com.example.taxi"] }),
 *   createApnsClient({ ...chat, bundleId: "com.example.chat", bundleIds: ["com.example.chat"] }),
 * ]);
 * ```
 */
export function combineApnsClients(clients: readonly ApnsClient[]): ApnsClient {
  checkClients(clients);
  const all = [...clients];
  const [first] = all as [ApnsClient];
  const environments = [...new Set(all.flatMap(client => client.environments))];
  const listed = all.map(({ bundleIds }) => bundleIds);
  let closing: Promise<void> | undefined;

  async function send(push: ApnsPush, options?: ApnsSendOptions): Promise<ApnsResult> {
    return clientFor(all, push).send(push, options);
  }

  const combined: ApnsClient = {
    send,
    sendAll: (pushes, options = {}) => sendEach(combined, pushes, options),
    async warmUp(environment = first.environment) {
      const read = readEnvironment(environment) ?? environment;
      const able = all.filter(client => client.environments.includes(read));
      if (able.length === 0) {
        const wanted = `one of ${environments.join(", ")}`;
        throw new ApnsVoipError("INVALID_OPTIONS", `warmUp: ${describe(environment)} given; wanted: ${wanted}`);
      }
      await Promise.all(able.map(client => client.warmUp(read)));
    },
    get stats() {
      const each = all.map(({ stats }) => stats);
      const sum = (of: (stats: ApnsClient["stats"]) => number) => each.reduce((total, stats) => total + of(stats), 0);
      const ages = each.flatMap(({ tokenAge }) => tokenAge ?? []);
      return {
        connections: { production: sum(s => s.connections.production), sandbox: sum(s => s.connections.sandbox) },
        inFlight: sum(s => s.inFlight),
        queued: sum(s => s.queued),
        tokenAge: ages.length === 0 ? undefined : Math.min(...ages),
      };
    },
    environment: first.environment,
    environments,
    bundleId: all.find(({ bundleId }) => bundleId !== undefined)?.bundleId,
    bundleIds: listed.includes(undefined) ? undefined : [...new Set(listed.flatMap(ids => ids ?? []))],
    teamIds: [...new Set(all.flatMap(({ teamIds }) => teamIds))],
    onEvent: all.find(({ onEvent }) => onEvent !== undefined)?.onEvent,
    clock: first.clock,
    close: () => (closing ??= Promise.all(all.map(client => client.close())).then(() => {})),
    [Symbol.asyncDispose]: () => combined.close(),
  };
  return combined;
}

function clientFor(clients: readonly ApnsClient[], push: ApnsPush): ApnsClient {
  const { topic, environment } = (push ?? {}) as Partial<ApnsPush>;
  const app = typeof topic === "string" ? bundleIdOf(topic) : undefined;
  const read = readEnvironment(environment);
  // What cannot be read is the first one's to refuse, in its own words.
  if ((topic !== undefined && app === undefined) || (environment !== undefined && read === undefined))
    return clients[0] as ApnsClient;
  const able = clients.find(
    client =>
      (app === undefined ? client.bundleId !== undefined : maySendFor(client, app)) &&
      (read === undefined || client.environments.includes(read)),
  );
  if (able !== undefined) return able;
  const where = read === undefined ? "" : ` in ${read}`;
  const message =
    app === undefined
      ? `topic: missing; wanted: a topic, or a client${where} with a \`bundleId\` to make it from`
      : `topic: no client may send for ${describe(app)}${where}; wanted: one that has it in \`bundleIds\`${read === undefined ? "" : `, and ${read} in \`environments\``}`;
  throw new ApnsVoipError("INVALID_PUSH", message, {
    issues: [{ path: "topic", message: message.slice("topic: ".length) }],
  });
}

function maySendFor({ bundleIds }: ApnsClient, app: string): boolean {
  return bundleIds === undefined || bundleIds.includes(app);
}

function checkClients(clients: readonly ApnsClient[]): void {
  if (!Array.isArray(clients) || clients.length === 0)
    throw refuse(
      "",
      `${Array.isArray(clients) ? "an empty list" : describe(clients)} given; wanted: a list of clients`,
    );
  clients.forEach((client, index) => {
    const path = `clients[${index}]`;
    if (!has("send", "warmUp", "close")(client))
      throw refuse(path, `${describe(client)} given; wanted: a client, made with createApnsClient`);
    if (clients.indexOf(client) !== index) throw refuse(path, "the same client given again");
    const earlier = clients.slice(0, index);
    if (!canBeReached(client, earlier))
      throw refuse(
        path,
        "can never be reached: those before it may send for all its apps in all its environments; wanted: `bundleIds` or `environments` that tell them apart",
      );
  });
}

/** True when the client may send for an app and an environment for which no earlier client may. */
function canBeReached({ bundleIds, environments }: ApnsClient, earlier: readonly ApnsClient[]): boolean {
  return environments.some(environment => {
    const rivals = earlier.filter(other => other.environments.includes(environment));
    if (bundleIds === undefined) return rivals.every(other => other.bundleIds !== undefined);
    return bundleIds.some(app => !rivals.some(other => maySendFor(other, app)));
  });
}

function refuse(path: string, what: string): ApnsVoipError {
  const message = path === "" ? what : `${path}: ${what}`;
  return new ApnsVoipError("INVALID_OPTIONS", `combineApnsClients: ${message}`, { issues: [{ path, message: what }] });
}
