import { setTimeout as delay } from "node:timers/promises";
import { type App, openApp } from "./app.ts";
import type { Ring } from "./apple.ts";
import { type Call, createCall, type Plan } from "./call.ts";
import { type Fleet, RING_TIMEOUT } from "./fleet.ts";
import { between, type Random } from "./random.ts";

/** People who call each other. */
export interface Traffic {
  readonly calls: readonly Call[];
  /** Resolves when the next call begins. */
  nextCall(): Promise<Call>;
  /** No more calls; resolves when the last one is over. */
  stop(): Promise<void>;
}

/** Milliseconds that an event over a socket may take, also when a server has died and its phones must find another one. */
export const PATIENCE = 15_000;
/** Milliseconds until what has not come counts as never coming: what comes before that is late, and not lost. */
const NEVER = 60_000;
/** Milliseconds that people take to answer, from and to. */
const PICK_UP = [1_500, 3_000] as const;
const CHANGE_OF_MIND = [100, 2_500] as const;
const TALK = [500, 1_500] as const;
const PAUSE = [100, 1_000] as const;
/** The share of phones whose app is open; the others need a push. */
const APP_IS_OPEN = 0.25;
/** What people do with a call that rings, and how often. */
const PLANS: readonly (readonly [Plan, number])[] = [
  ["answer", 0.55],
  ["cancel", 0.2],
  ["decline", 0.15],
  ["ignore", 0.1],
];
/** How calls end for the callee's phones, by what people do. */
const ENDS: Readonly<Record<Plan, readonly string[]>> = {
  answer: ["answered-elsewhere", "hang-up", "no-answer"],
  cancel: ["cancelled"],
  decline: ["declined", "no-answer"],
  ignore: ["no-answer"],
};
const DEVICES = ["iPhone", "iPad"] as const;

/** A phone of somebody who is called. */
interface Handset {
  readonly deviceId: string;
  app: Promise<App> | undefined;
  hasOffer: PromiseWithResolvers<void>;
  registeredAt: number;
  /** The call for which it has rung last: what is said to be over is that one, as far as the phone can know. */
  shows: Call | undefined;
}

/** Registers the phones of so many pairs of people, and lets one of each pair call the other again and again. */
export async function startTraffic(fleet: Fleet, pairs: number, random: Random): Promise<Traffic> {
  const calls = new Map<string, Call>();
  /** What a push sets off on a phone, by the phone's token. */
  const onPush = new Map<string, (callId: string) => void>();
  let begun = Promise.withResolvers<Call>();
  let isOver = false;

  void (async () => {
    for (;;) for (const { token, callId } of await fleet.apple.ask<Ring[]>("rings")) onPush.get(token)?.(callId);
  })().catch(() => {});

  async function callAgainAndAgain(callerId: number): Promise<void> {
    const calleeId = callerId + 1;
    const tokens = await fleet.apple.ask<string[]>("phones", { userId: calleeId, count: DEVICES.length });
    let call: Call | undefined;
    let earlier: Call | undefined;
    let heard = Promise.withResolvers<void>();
    let ended = Promise.withResolvers<void>();

    const caller = await openApp({
      ...{ userId: callerId, deviceId: "caller", login: await fleet.login(callerId), signalUrl: fleet.signalUrl },
      onEvent(event, { reason }) {
        if (event !== "answer" && event !== "call-ended") return;
        // That of an earlier call: nobody has answered this one.
        if (reason === "hang-up" && call?.heardAt === undefined) return;
        call?.note(`caller ${event} ${reason ?? ""}`);
        if (event === "call-ended") ended.resolve();
        if (event === "call-ended" && call) call.toldCaller = String(reason);
        if (event === "answer" && call) call.heardAt ??= performance.now();
        heard.resolve();
      },
    });

    const handsets = DEVICES.map(
      (deviceId): Handset => ({
        ...{ deviceId, app: undefined, hasOffer: Promise.withResolvers(), registeredAt: 0, shows: undefined },
      }),
    );
    const ring = (handset: Handset, callId: string, way: "push" | "socket") => {
      handset.shows = calls.get(callId);
      handset.shows?.ring(handset.deviceId, way);
    };
    const login = await fleet.login(calleeId);
    const open = (handset: Handset): Promise<App> => {
      const { deviceId } = handset;
      handset.app ??= openApp({
        ...{ userId: calleeId, deviceId, login, signalUrl: fleet.signalUrl },
        onEvent(event, { callId, reason }, connection) {
          if (event === "offer") {
            ring(handset, String(callId), "socket");
            if (callId === call?.id) handset.hasOffer.resolve();
          } else if (event === "call-ended") {
            meant([earlier, handset.shows, call], deviceId, String(reason), connection)?.end(
              deviceId,
              String(reason),
              connection,
            );
          }
        },
      }).then(app => {
        handset.registeredAt = performance.now();
        return app;
      });
      return handset.app;
    };
    for (const [index, handset] of handsets.entries()) {
      const token = tokens[index] as string;
      await register(fleet, calleeId, handset.deviceId, token);
      // The push wakes the app, which connects at once.
      onPush.set(token, callId => {
        ring(handset, callId, "push");
        void open(handset);
      });
    }

    async function callOnce(count: number): Promise<void> {
      const made = createCall(`${callerId}-${calleeId}-${count}`, planned(random));
      for (const handset of handsets) {
        handset.hasOffer = Promise.withResolvers();
        if (random() < APP_IS_OPEN) await open(handset);
      }
      earlier = call;
      call = made;
      calls.set(made.id, made);
      begun.resolve(made);
      begun = Promise.withResolvers();
      heard = Promise.withResolvers();
      ended = Promise.withResolvers();

      const sdp = `v=0\r\no=- ${made.id}\r\nm=audio 9`;
      const isOpen = () => made.toldCaller === undefined;
      const offered = caller.send("offer", { to: calleeId, sdp, displayName: "Hanako", callId: made.id }, isOpen);
      if (made.plan === "cancel") {
        await offered;
        await delay(between(random, ...CHANGE_OF_MIND));
        made.isOver = true;
        await caller.send("call-end", { to: calleeId });
      } else {
        await Promise.race([made.rang, heard.promise, delay(RING_TIMEOUT + PATIENCE)]);
        if (made.rangAt !== undefined) await rung(made);
        else await within(NEVER, heard.promise);
      }
      await offered;
      await quiet(made);
      await fleet.apple.ask("end", { tokens, callId: made.id });
      for (const handset of handsets) {
        const app = await handset.app;
        handset.app = undefined;
        app?.close();
      }
    }

    /** Somebody hears the call on one of the phones that ring. */
    async function rung(made: Call): Promise<void> {
      if (made.plan === "ignore") return void (await within(RING_TIMEOUT + NEVER, heard.promise));
      await delay(between(random, ...PICK_UP));
      const handset = handsets.find(({ deviceId }) => made.phones.get(deviceId)?.isRinging);
      if (handset === undefined) return;
      const app = await open(handset);
      made.note(`${handset.deviceId} is picked up`);
      made.offerTaken = await within(PATIENCE, handset.hasOffer.promise);
      made.crossed = app.server !== caller.server;
      if (!made.phones.get(handset.deviceId)?.isRinging) return;
      made.isPickedUp = true;
      made.stop(handset.deviceId);
      if (made.plan === "decline") {
        await app.send("call-end", { to: callerId });
        await within(NEVER, heard.promise);
        return;
      }
      made.answeredBy = handset.deviceId;
      made.answeredAt = performance.now();
      made.note(`${handset.deviceId} answers`);
      await app.send("answer", { to: callerId, sdp: "v=0" });
      await within(NEVER, heard.promise);
      await delay(between(random, ...TALK));
      await app.send("call-end", { to: callerId });
      // Nobody calls again a user with whom he still talks.
      await within(NEVER, ended.promise);
    }

    /**
     * Waits until no phone of a call that is over rings any more. One that a late push wakes is told when it has
     * connected.
     */
    async function quiet(made: Call): Promise<void> {
      const overAt = performance.now();
      made.isOver = true;
      const ringing = () => handsets.filter(({ deviceId }) => made.phones.get(deviceId)?.isRinging);
      while (ringing().length > 0 && performance.now() < overAt + NEVER) await delay(50);
      made.quietAfter = performance.now() - overAt;
      made.cameTooLate = ringing().filter(({ registeredAt }) => registeredAt > overAt + RING_TIMEOUT).length;
      made.rungOn = ringing().length - made.cameTooLate;
    }

    for (let count = 1; !isOver; count++) {
      await delay(between(random, ...PAUSE));
      await callOnce(count);
    }
    caller.close();
  }

  const everybody = Promise.all(Array.from({ length: pairs }, (_, index) => callAgainAndAgain(1_000 + 2 * index)));
  const failure = new Promise<never>((_, reject) => everybody.catch(reject));
  failure.catch(() => {});
  return {
    get calls() {
      return [...calls.values()];
    },
    nextCall: () => Promise.race([begun.promise, failure]),
    async stop() {
      isOver = true;
      await everybody;
    },
  };
}

/**
 * An end names no call. Of those that may have ended so, it is the one that rings on the phone, else one that has rung there and
 * of which this connection has told nothing yet, else one of which the phone knows nothing at all.
 */
function meant(calls: readonly (Call | undefined)[], phone: string, reason: string, on: string): Call | undefined {
  const known = calls.flatMap(call => call ?? []);
  const ended = known.filter(({ plan }) => ENDS[plan].includes(reason));
  const stateIn = ({ phones }: Call) => phones.get(phone);
  return (
    known.find(call => stateIn(call)?.isRinging) ??
    ended.find(call => (stateIn(call)?.rings ?? 0) > 0 && !stateIn(call)?.toldOn.has(on)) ??
    ended.find(call => !stateIn(call)?.toldOn.size) ??
    known.at(-1)
  );
}

function planned(random: Random): Plan {
  let chance = random();
  for (const [plan, share] of PLANS) {
    chance -= share;
    if (chance < 0) return plan;
  }
  return "answer";
}

/** The app uploads its token. */
async function register(fleet: Fleet, userId: number, deviceId: string, voipDeviceToken: string): Promise<void> {
  const response = await fetchPersistently(`${fleet.apiUrl}/api/v1/me/devices`, {
    method: "PUT",
    headers: { authorization: `Bearer ${await fleet.login(userId)}`, "content-type": "application/json" },
    body: JSON.stringify({ platform: "ios", bundleId: "com.example.app", deviceId, voipDeviceToken }),
  });
  if (response.status !== 200) throw new Error(`PUT /api/v1/me/devices answered ${response.status}`);
}

/** As `fetch`, again when the API server is killed while it is asked. */
async function fetchPersistently(url: string, init: RequestInit): Promise<Response> {
  for (let tries = 5; ; tries--) {
    try {
      return await fetch(url, init);
    } catch (error) {
      if (tries === 0) throw error;
      await delay(200);
    }
  }
}

async function within(milliseconds: number, promise: Promise<unknown>): Promise<boolean> {
  return Promise.race([promise.then(() => true), delay(milliseconds, false)]);
}
