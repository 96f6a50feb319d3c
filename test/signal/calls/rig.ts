import {
  type ApnsVoipEvent,
  type CallFromOffer,
  type CallSignal,
  type Calls,
  type CallsOptions,
  createCalls,
  type Phone,
} from "apns-voip/signal";
import { type ManualClock, manualClock } from "../manual-clock.ts";

/** What was asked of the push, and how to say what became of it. */
export interface AskedPush {
  readonly call: CallFromOffer;
  readonly idempotencyKey: string;
  readonly exceptDeviceIds: readonly string[] | undefined;
  readonly signal: AbortSignal;
  settle(status: string, more?: object): Promise<void>;
  fail(error: unknown): Promise<void>;
}

export interface Rig {
  readonly clock: ManualClock;
  readonly calls: Calls;
  readonly pushes: AskedPush[];
  /** What `emit` was given. */
  readonly emitted: CallSignal[];
  readonly missed: [call: CallFromOffer, why: string][];
  readonly events: ApnsVoipEvent[];
  /** The phones that are connected; `online` lists them. */
  readonly here: Set<Phone>;
  /** The phone connects and registers. */
  comes(phone: Phone): Promise<CallSignal[]>;
  /** Its connection is lost. */
  goes(phone: Phone): Promise<CallSignal[]>;
  advance(ms: number): Promise<void>;
  eventsOf<Type extends ApnsVoipEvent["type"]>(type: Type): Extract<ApnsVoipEvent, { type: Type }>[];
}

/** What several servers have in common. */
export type World = Pick<Rig, "clock" | "here">;

export function rig(options: Partial<CallsOptions> = {}, world: Partial<World> = {}): Rig {
  const { clock = manualClock({ skipWaits: false }), here = new Set<Phone>() } = world;
  const pushes: AskedPush[] = [];
  const emitted: CallSignal[] = [];
  const missed: Rig["missed"] = [];
  const events: ApnsVoipEvent[] = [];
  const calls = createCalls({
    push: {
      sendCall(call, { idempotencyKey, exceptDeviceIds, signal }) {
        const { promise, resolve, reject } = Promise.withResolvers<never>();
        pushes.push({
          call,
          idempotencyKey,
          exceptDeviceIds,
          signal,
          async settle(status, more = {}) {
            resolve({ status, ...more } as never);
            await rest();
          },
          async fail(error) {
            reject(error);
            await rest();
          },
        });
        return promise;
      },
    },
    online: userId => [...here].filter(phone => String(phone.userId) === String(userId)),
    emit: signals => void emitted.push(...signals),
    onMissed: (call, why) => void missed.push([call, why]),
    onEvent: event => void events.push(event),
    clock,
    ...options,
  });
  return {
    ...{ clock, calls, pushes, emitted, missed, events, here },
    comes(phone) {
      here.add(phone);
      return calls.register(phone);
    },
    goes(phone) {
      here.delete(phone);
      return calls.gone(phone);
    },
    async advance(ms) {
      clock.advance(ms);
      await rest();
    },
    eventsOf: type => events.filter(event => event.type === type) as never,
  };
}

/** Everything that was set off has come to rest. */
export async function rest(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(resolve => setImmediate(resolve));
}

let connections = 0;

/** A phone of that user, on a connection of its own; with a device id only if one is given. */
export function phoneOf(userId: number | string, deviceId?: string): Phone {
  const id = `${userId}-${deviceId ?? "bare"}-${++connections}`;
  return deviceId === undefined ? { userId, id } : { userId, id, deviceId };
}

export const offerTo = (to: number | string, sdp = "v=0") => ({ to, sdp, displayName: "Ann", hasVideo: true });

/** What phones get, briefly: `A offer v=0`, `B call-ended cancelled`. Phones go by the names given. */
export function brief(signals: readonly CallSignal[], names: Readonly<Record<string, Phone>>): string[] {
  const nameOf = (id: string) => Object.entries(names).find(([, phone]) => phone.id === id)?.[0] ?? id;
  return signals.map(({ phone, event, body }) => {
    const what = event === "call-ended" ? body.reason : event === "ice" ? body.candidate : body.sdp;
    return `${nameOf(phone)} ${event} ${what}`;
  });
}
