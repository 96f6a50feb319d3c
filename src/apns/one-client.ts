import { AsyncLocalStorage } from "node:async_hooks";
import { type Clock, monotonicNow, systemClock } from "../clock.js";
import { type Environment, readEnvironment } from "../environment.js";
import { ApnsVoipError, type ApnsVoipErrorCode } from "../errors.js";
import type { ApnsEvent } from "../events.js";
import { describe, tokenPrefix } from "../internal/describe.js";
import { emit, isListening } from "../internal/emit.js";
import type { ApnsClient } from "./client.js";
import { ConnectionPool } from "./connection-pool.js";
import { Delivery, type DeliveryRoute, type Wishes } from "./delivery.js";
import { createFetchTransport } from "./fetch-transport.js";
import { openKeySource } from "./key-source.js";
import type { ApnsClientOptions, ApnsSettings } from "./options.js";
import { type PreparedPush, preparePush } from "./prepare-push.js";
import { createProviderTokens, type ProviderTokens } from "./provider-token.js";
import type { ApnsPush, ApnsResult, ApnsSendOptions } from "./push.js";
import { sendEach } from "./send-each.js";
import type { Transport } from "./transport.js";

/** Milliseconds a push has, when your code says nothing. */
const DEFAULT_DEADLINE = 30_000;

/** A client with one key. */
export function createOneClient(options: ApnsClientOptions, settings: ApnsSettings): ApnsClient {
  const { onEvent, clock = systemClock } = options;
  const keys = openKeySource(options, clock);
  const tell = (event: ApnsEvent) => emit(onEvent, event);
  const now = () => clock.now();
  const tokens = createProviderTokens({
    teamId: settings.teamId,
    keyId: settings.keyId,
    keys,
    clock,
    onMade: issuedAt => tell({ type: "apns.token-made", keyId: settings.keyId, issuedAt: new Date(issuedAt) }),
  });
  const routes = Object.fromEntries(
    settings.environments.map(environment => {
      const transport = createTransport(environment, options, settings, clock, tokens, tell);
      return [environment, { transport, clock, onAttempt, onDone }];
    }),
  ) as Partial<Record<Environment, DeliveryRoute>>;
  const all = Object.values(routes).map(({ transport }) => transport);
  let live = 0;
  let closing: Promise<void> | undefined;
  let onIdle: (() => void) | undefined;

  function onAttempt(delivery: Delivery, attempt: number): void {
    if (!isListening(onEvent)) return;
    const event = { type: "apns.attempt", attempt, ...facts(delivery.push, delivery.wishes?.about) } as const;
    inContextOf(delivery, () => tell(event));
  }

  function onDone(delivery: Delivery, result: ApnsResult): void {
    ended();
    if (isListening(onEvent)) {
      const milliseconds = monotonicNow(clock) - delivery.startedAt;
      inContextOf(delivery, () => tellResult(delivery.push, delivery.wishes?.about, result, milliseconds, tell));
    }
    delivery.resolve(result);
  }

  function ended(): void {
    live--;
    if (live === 0) onIdle?.();
  }

  function send(push: ApnsPush, sendOptions: ApnsSendOptions = {}): Promise<ApnsResult> {
    return new Promise((resolve, reject) => {
      const { signal, cancel, about } = sendOptions;
      signal?.throwIfAborted();
      const remaining = readDeadline(sendOptions.deadline, now);
      const onUnknown = readOnUnknown(sendOptions.onUnknown);
      const prepared = preparePush(push, settings, now);
      if (closing !== undefined)
        return resolve(refuse(prepared, about, "CLOSED", "the client is closed; the push never left"));
      if (cancel?.aborted)
        return resolve(refuse(prepared, about, "CANCELLED", "the push was cancelled before Apple had it"));
      if (remaining <= 0)
        return resolve(refuse(prepared, about, "DEADLINE", "the deadline had passed before the push was sent"));
      if (keys.changed()) useNewKey();
      // Whole milliseconds: V8 keeps a number with a fraction in an object of its own, and a hundred thousand pushes may wait.
      const startedAt = Math.floor(monotonicNow(clock));
      const delivery = new Delivery({
        push: prepared,
        route: routes[prepared.environment] as DeliveryRoute,
        startedAt,
        deadline: startedAt + remaining,
        onUnknown,
        wishes: wishesIn(sendOptions),
        resolve,
      });
      if (delivery.wishes !== undefined && (signal !== undefined || cancel !== undefined)) {
        delivery.wishes.onEnd = obey(signal, cancel, delivery, reject);
      }
      live++;
      delivery.start();
    });
  }

  function wishesIn({ about, onLeft, signal, cancel }: ApnsSendOptions): Wishes | undefined {
    // A connection speaks for many pushes: a tracer must find the one that each event belongs to.
    const inContext = isListening(onEvent) ? AsyncLocalStorage.snapshot() : undefined;
    const wants = about ?? onLeft ?? signal ?? cancel ?? inContext;
    return wants === undefined ? undefined : { about, onLeft, inContext, onEnd: undefined };
  }

  /** The result of a push that is not begun. */
  function refuse(push: PreparedPush, about: About, code: ApnsVoipErrorCode, message: string): ApnsResult {
    const { apnsId, environment } = push;
    const error = new ApnsVoipError(code, message);
    const result: ApnsResult = { apnsId, environment, attempts: 0, outcome: "unsent", error };
    if (isListening(onEvent)) tellResult(push, about, result, 0, tell);
    return result;
  }

  function obey(
    signal: AbortSignal | undefined,
    cancel: AbortSignal | undefined,
    delivery: Delivery,
    reject: (reason: unknown) => void,
  ): () => void {
    const unlisten = () => {
      signal?.removeEventListener("abort", abort);
      cancel?.removeEventListener("abort", recall);
    };
    const abort = () => {
      unlisten();
      delivery.abandon();
      ended();
      reject(signal?.reason);
    };
    const recall = () => delivery.recall();
    signal?.addEventListener("abort", abort, { once: true });
    cancel?.addEventListener("abort", recall, { once: true });
    return unlisten;
  }

  function useNewKey(): void {
    tokens.forget();
    for (const transport of all) transport.retireAll();
  }

  async function close(): Promise<void> {
    if (live > 0) await new Promise<void>(resolve => (onIdle = resolve));
    await Promise.all(all.map(transport => transport.close()));
  }

  const client: ApnsClient = {
    send,
    sendAll(pushes, sendOptions = {}) {
      // A wrong deadline is wrong for all pushes, so it is refused before the first.
      readDeadline(sendOptions.deadline, now);
      readOnUnknown(sendOptions.onUnknown);
      return sendEach(client, pushes, sendOptions);
    },
    async warmUp(environment: Environment = settings.environment) {
      const route = routes[readEnvironment(environment) ?? environment];
      if (route === undefined) {
        throw new ApnsVoipError(
          "INVALID_OPTIONS",
          `warmUp: ${describe(environment)} given; wanted: one of ${settings.environments.join(", ")}`,
        );
      }
      if (closing !== undefined) throw new ApnsVoipError("CLOSED", "the client is closed; it connects no more");
      await Promise.all([route.transport.warmUp(), tokens.ready()]);
    },
    get stats() {
      return {
        connections: {
          production: routes.production?.transport.connections ?? 0,
          sandbox: routes.sandbox?.transport.connections ?? 0,
        },
        inFlight: all.reduce((sum, { inFlight }) => sum + inFlight, 0),
        queued: all.reduce((sum, { queued }) => sum + queued, 0),
        tokenAge: tokens.newest === undefined ? undefined : clock.now() - tokens.newest,
      };
    },
    environment: settings.environment,
    environments: settings.environments,
    bundleId: settings.bundleId,
    bundleIds: settings.bundleIds,
    teamIds: [settings.teamId],
    onEvent,
    clock,
    close: () => (closing ??= close()),
    [Symbol.asyncDispose]: () => client.close(),
  };
  return client;
}

function createTransport(
  environment: Environment,
  { fetch }: ApnsClientOptions,
  { origins, ca, proxies, maxConnections, timeout, pingInterval, transport }: ApnsSettings,
  clock: Clock,
  tokens: ProviderTokens,
  emit: (event: ApnsEvent) => void,
): Transport {
  const origin = origins[environment];
  if (fetch !== undefined) return createFetchTransport({ origin, fetch, timeout, clock, tokens });
  return new ConnectionPool({
    environment,
    origin,
    proxy: proxies[environment],
    ca,
    maxConnections,
    timeout,
    pingInterval,
    transport,
    clock,
    tokens,
    emit,
  });
}

function readDeadline(given: unknown, now: () => number): number {
  if (given === undefined) return DEFAULT_DEADLINE;
  if (typeof given === "number" && Number.isFinite(given)) return given - now();
  throw new ApnsVoipError(
    "INVALID_OPTIONS",
    `deadline: ${describe(given)} given; wanted: a time in epoch milliseconds`,
  );
}

function readOnUnknown(given: unknown): "report" | "resend" {
  if (given === undefined || given === "report") return "report";
  if (given === "resend") return "resend";
  throw new ApnsVoipError("INVALID_OPTIONS", `onUnknown: ${describe(given)} given; wanted: "report" or "resend"`);
}

function inContextOf({ wishes }: Delivery, act: () => void): void {
  if (wishes?.inContext === undefined) act();
  else wishes.inContext(act);
}

type About = ApnsSendOptions["about"];

function facts({ apnsId, environment, deviceToken, kind }: PreparedPush, about: About) {
  return {
    apnsId,
    ...(about?.toUserId !== undefined && { toUserId: about.toUserId }),
    ...(about?.callId !== undefined && { callId: about.callId }),
    environment,
    tokenPrefix: tokenPrefix(deviceToken),
    pushType: kind.pushType,
    topic: kind.topic,
  };
}

function tellResult(
  push: PreparedPush,
  about: About,
  result: ApnsResult,
  milliseconds: number,
  tell: (event: ApnsEvent) => void,
): void {
  const { environment } = push;
  tell({
    type: "apns.result",
    ...facts(push, about),
    attempts: result.attempts,
    outcome: result.outcome,
    milliseconds,
    ...(result.outcome === "rejected" && { status: result.status, reason: result.reason }),
    ...("error" in result && { error: result.error }),
  });
  if (result.outcome === "rejected" && result.clockSkew !== undefined) {
    tell({ type: "apns.clock-skew", environment, milliseconds: result.clockSkew });
  }
}
