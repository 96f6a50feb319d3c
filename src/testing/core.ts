import type { Environment } from "../environment.js";
import { type ReadCall, readCall as readCallOfApp } from "./calling-app.js";
import { createChanges } from "./changes.js";
import { type Activity, createMockClock, type MockClock } from "./clock.js";
import { type Connection, type ConnectionControl, newConnection } from "./connection.js";
import type { ConnectionGate } from "./faults.js";
import { judge } from "./judge.js";
import { createKeyRing, type KeyRing } from "./keys.js";
import { type MockApnsOptions, type Strictness, strictnessOf } from "./options.js";
import type { VirtualPhone } from "./phone.js";
import { type Ending, planFor } from "./plan.js";
import { createProviderTokenVerifier } from "./provider-token.js";
import { answerFor, type MockPush, recordOf } from "./push.js";
import { createRandom, type Random } from "./random.js";
import { remember } from "./remember.js";
import type { Report } from "./reporter.js";
import { deviceTokenOf, header, type MockAnswer, type RequestHead } from "./request.js";
import { readJson } from "./request-rules.js";
import { Script, scriptedRefusal } from "./script.js";
import { createWatch, type Watch } from "./watch.js";

/** How one exchange ends. Without `answer`, Apple has not looked at the push. */
export interface ExchangeEnd {
  readonly ending: Ending;
  /** The error code of a reset. */
  readonly errorCode: number;
  readonly answer: MockAnswer | undefined;
}

/** A request whose headers have come. */
export interface Exchange {
  /** Set where a fault ends the request before its body comes: Apple does not see it. */
  readonly early: ExchangeEnd | undefined;
  /** Judges, records and delivers it. `undefined` when `alive` says, before the push is judged, that nobody waits any more. */
  finish(body: Uint8Array, alive: () => boolean): Promise<ExchangeEnd | undefined>;
}

/** What every door (HTTP/2, `fetch`, msw) needs. It has no sockets: a request goes in, and what to do about it comes out. */
export interface Core {
  readonly keys: KeyRing;
  readonly clock: MockClock;
  readonly random: Random;
  readonly activity: Activity;
  readonly strictness: Strictness;
  readonly readCall: ReadCall;
  /** Where phones report to; undefined: they report nothing. */
  readonly reporter: { report: Report | undefined };
  readonly phones: Map<string, VirtualPhone>;
  readonly pushes: MockPush[];
  readonly script: Script;
  readonly watch: Watch;
  readonly gate: ConnectionGate;
  /** Tells the listeners of `onChange`, soon, and once for many changes. */
  changed(): void;
  onChange(listener: () => void): () => void;
  /** The connections open now. */
  readonly connections: ReadonlySet<Connection>;
  connect(environment: Environment, real: boolean, control: ConnectionControl): Connection;
  disconnect(connection: Connection): void;
  begin(head: RequestHead, connection: Connection): Exchange;
}

export function createCore(options: MockApnsOptions): Core {
  const activity: Activity = { count: 0, pending: 0 };
  const clock = createMockClock(activity);
  const random = createRandom(options.seed ?? Math.floor(Math.random() * 2 ** 32));
  const keys = createKeyRing("MOCKTEAM01");
  const strictness = strictnessOf(options);
  const readCall = options.readCall ?? readCallOfApp;
  const { changed, onChange } = createChanges();
  const watch = createWatch({ now: clock.now, readCall, keep: strictness.keep, changed });
  const verify = createProviderTokenVerifier(keys, activity);
  const phones = new Map<string, VirtualPhone>();
  const pushes: MockPush[] = [];
  const script = new Script();
  const connections = new Set<Connection>();
  const wait = (ms: number) => ms > 0 && new Promise<void>(resolve => clock.setTimeout(resolve, ms));
  let opened = 0;

  return {
    keys,
    clock,
    random,
    activity,
    strictness,
    readCall,
    reporter: { report: undefined },
    phones,
    pushes,
    script,
    watch,
    changed,
    onChange,
    gate: { refuse: 0, stall: 0 },
    connections,
    connect(environment, real, control) {
      opened += 1;
      const connection = newConnection({ id: opened, environment, real, control, openedAt: clock.now() });
      connections.add(connection);
      if (real) watch.opened(connection);
      changed();
      return connection;
    },
    disconnect(connection) {
      if (!connections.delete(connection)) return;
      if (connection.real) watch.closedBySender(connection);
      changed();
    },
    begin(head, connection) {
      activity.count += 1;
      const deviceToken = deviceTokenOf(head.path) ?? "";
      const { seen, ending, errorCode, scripted, before, after } = planFor(connection, () => script.take(deviceToken));
      const early = seen ? undefined : { ending, errorCode, answer: undefined };
      const judged = watch.arrived(head, connection);

      const finish: Exchange["finish"] = async (body, alive) => {
        const request = { ...head, body };
        const check = await verify(head);
        await wait(before);
        if (!alive()) return undefined;

        const now = clock.now();
        const phone = phones.get(deviceToken);
        // A request with a scripted answer is judged too, because its connection takes its provider token all the same.
        const verdict = judge({ request, connection, check, phone, now, strictness });
        const refusal = scriptedRefusal(scripted, now) ?? verdict;
        const push = recordOf(request, connection, refusal, now, random);
        connection.pushes += 1;
        remember(pushes, push, strictness.keep);
        changed();
        if (refusal === undefined) {
          const expiration = header(head, "apns-expiration");
          phone?.deliver(readJson(body), expiration === undefined ? undefined : Number(expiration));
        }
        judged(push, check);
        const answer = answerFor(push, refusal, scripted, random);
        await wait(after);
        watch.toldToWait(deviceToken, answer.headers["retry-after"]);
        return { ending: connection.faults.mute ? "silence" : ending, errorCode, answer };
      };
      return { early, finish };
    },
  };
}
