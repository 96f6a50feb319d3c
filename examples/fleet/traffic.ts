import { setTimeout as delay } from "node:timers/promises";
import { type App, openApp } from "./app.ts";
import type { Ring } from "./apple.ts";
import { type Call, createCall } from "./call.ts";
import type { Fleet } from "./fleet.ts";
import { between, type Random } from "./random.ts";

/** People who call each other. */
export interface Traffic {
  readonly calls: readonly Call[];
  /** Resolves when the next call begins. */
  nextCall(): Promise<Call>;
  /** No more calls; resolves when the last one is over. */
  stop(): Promise<void>;
}

/** Milliseconds that a caller waits, as long as a phone rings. */
const RING_TIMEOUT = 30_000;
/** Milliseconds that what goes over sockets may take. */
const PATIENCE = 5_000;
/** Milliseconds, from and to, as people take. */
const PICK_UP = [1_500, 3_000] as const;
const TALK = [500, 1_500] as const;
const PAUSE = [100, 1_000] as const;
/** The share of calls whose callee has the app open; the others need a push. */
const APP_IS_OPEN = 0.25;

/** Registers the phones of so many pairs of people, and lets one of each pair call the other again and again. */
export async function startTraffic(fleet: Fleet, pairs: number, random: Random): Promise<Traffic> {
  const calls = new Map<string, Call>();
  let begun = Promise.withResolvers<Call>();
  let isOver = false;

  const callees = Array.from({ length: pairs }, (_, index) => 1_001 + 2 * index);
  const tokens = await fleet.apple.ask<string[]>("phones", callees);
  await Promise.all(callees.map((userId, index) => register(fleet, userId, tokens[index] as string)));

  void (async () => {
    for (;;) for (const { callId } of await fleet.apple.ask<Ring[]>("rings")) calls.get(callId)?.ring("push");
  })().catch(() => {});

  /** The app of that user; what it is offered rings, and whoever waits for an event is told. */
  async function open(userId: number, onEvent: (event: string) => void): Promise<App> {
    return openApp({
      userId,
      login: await fleet.login(userId),
      signalUrl: fleet.signalUrl,
      onEvent(event, { callId }) {
        if (event === "offer") calls.get(String(callId))?.ring("socket");
        onEvent(event);
      },
    });
  }

  async function callOnce(callerId: number, caller: App, answer: () => Promise<void>, count: number): Promise<void> {
    const calleeId = callerId + 1;
    const offer = Promise.withResolvers<void>();
    const openCallee = () => open(calleeId, event => event === "offer" && offer.resolve());
    let callee = random() < APP_IS_OPEN ? await openCallee() : undefined;

    const call = createCall(`${callerId}-${calleeId}-${count}`);
    calls.set(call.id, call);
    begun.resolve(call);
    begun = Promise.withResolvers();
    const answered = answer();
    const body = { to: calleeId, sdp: `v=0\r\no=- ${call.id}\r\nm=audio 9`, displayName: "Hanako", callId: call.id };
    const told = caller.send<{ status: string }>("offer", body).then(({ status }) => {
      call.status = status;
    });
    await Promise.race([call.rang, Promise.all([told, delay(RING_TIMEOUT)])]);

    if (call.rings > 0) {
      await delay(between(random, ...PICK_UP));
      callee ??= await openCallee();
      call.offerTaken = await within(PATIENCE, offer.promise);
      call.crossed = callee.server !== caller.server;
      await callee.send("answer", { to: callerId, sdp: "v=0" });
      call.answered = await within(PATIENCE, answered);
      await delay(between(random, ...TALK));
      await callee.send("call-end", { to: callerId });
    }
    await fleet.apple.ask("end", { userId: String(calleeId), callId: call.id });
    call.end();
    callee?.close();
    await told;
  }

  async function callAgainAndAgain(callerId: number): Promise<void> {
    let answer = Promise.withResolvers<void>();
    const caller = await open(callerId, event => event === "answer" && answer.resolve());
    const nextAnswer = () => {
      answer = Promise.withResolvers();
      return answer.promise;
    };
    for (let count = 1; !isOver; count++) {
      await delay(between(random, ...PAUSE));
      await callOnce(callerId, caller, nextAnswer, count);
    }
    caller.close();
  }

  const everybody = Promise.all(callees.map(userId => callAgainAndAgain(userId - 1)));
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

/** The app uploads its token. */
async function register(fleet: Fleet, userId: number, voipDeviceToken: string): Promise<void> {
  const response = await fetch(`${fleet.apiUrl}/api/v1/me/devices`, {
    method: "PUT",
    headers: { authorization: `Bearer ${await fleet.login(userId)}`, "content-type": "application/json" },
    body: JSON.stringify({ platform: "ios", bundleId: "com.example.app", voipDeviceToken }),
  });
  if (response.status !== 200) throw new Error(`PUT /api/v1/me/devices answered ${response.status}`);
}

async function within(milliseconds: number, promise: Promise<unknown>): Promise<boolean> {
  return Promise.race([promise.then(() => true), delay(milliseconds, false)]);
}
