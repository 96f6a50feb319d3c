/** Apple's push service, played by the mock, and the phones it reaches, for a fleet. A process of its own, as Apple is. */
import type { CallPayload } from "apns-voip";
import { createMockApns, type MockDevice } from "apns-voip/testing";
import { answerQuestions } from "../demo/conversation.ts";
import { mostAlive } from "./most-alive.ts";

/** Milliseconds that a push is under way, before Apple sees it or after: time enough for its sender to be killed. */
const DISTANCE = 20;
/** Milliseconds between two looks. */
const TICK = 50;

export interface Ring {
  readonly token: string;
  readonly callId: string;
}

const mock = createMockApns({ seed: Number(process.env.SEED) });
await mock.clock.advance(Number(process.env.CLOCK_AHEAD));
await mock.listen({ caPath: process.env.CA_PATH });

let ticks = 0;
setInterval(() => mock.faults.delay(DISTANCE, { when: ticks++ % 2 === 0 ? "before" : "after" }), TICK).unref();

const phones = new Map<string, MockDevice>();
let rings: Ring[] = [];
let tell = () => {};

answerQuestions({
  env: () => mock.env(),

  /** Makes `count` phones of a user; resolves with their tokens. */
  phones: ({ userId, count }: { readonly userId: number; readonly count: number }) =>
    Array.from({ length: count }, () => {
      const phone = mock.device({ userId });
      phones.set(phone.token, phone);
      phone.onCall = ({ callId }: CallPayload) => {
        rings.push({ token: phone.token, callId });
        tell();
      };
      return phone.token;
    }),

  /** The rings since the last question, as soon as there are some. */
  async rings() {
    if (rings.length === 0) {
      await new Promise<void>(resolve => {
        tell = resolve;
        setTimeout(resolve, 1_000);
      });
    }
    const told = rings;
    rings = [];
    return told;
  },

  /** The call is over, so that its id could ring again. */
  end({ tokens, callId }: { readonly tokens: readonly string[]; readonly callId: string }) {
    for (const token of tokens) phones.get(token)?.end(callId);
  },

  /** Says how often Apple took a push for each call and phone. */
  pushes() {
    const counts: Record<string, number> = {};
    for (const { status, payload, token } of mock.pushes) {
      if (status !== 200) continue;
      const { callId } = payload as CallPayload;
      counts[`${callId} ${token}`] = (counts[`${callId} ${token}`] ?? 0) + 1;
    }
    return counts;
  },

  providerTokens() {
    const uses = mock.pushes.map(({ headers, at }) => ({ what: headers.authorization ?? "", at: at.getTime() }));
    return { seen: new Set(uses.map(({ what }) => what)).size, alive: mostAlive(uses) };
  },

  refusals: () => mock.pushes.filter(({ status }) => status !== 200).map(({ status, reason }) => `${status} ${reason}`),
  violations: () => mock.violations.map(({ rule }) => rule),
});
