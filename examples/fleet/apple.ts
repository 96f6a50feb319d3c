/** Apple's push service, played by the mock, and the phones it reaches, for a fleet. A process of its own, as Apple is. */
import type { CallPayload } from "apns-voip";
import { createMockApns, type MockDevice } from "apns-voip/testing";
import { answerQuestions } from "../demo/conversation.ts";
import { mostAlive } from "./most-alive.ts";

/** Milliseconds that a push is under way, before Apple sees it or after: time enough for its sender to be killed. */
const DISTANCE = 20;
/** Milliseconds. */
const TICK = 50;

export interface Ring {
  readonly userId: string;
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

  /** The phones of those users; resolves with their tokens. */
  phones: (userIds: readonly number[]) =>
    userIds.map(userId => {
      const phone = mock.device({ userId });
      phones.set(phone.userId, phone);
      phone.onCall = ({ callId }: CallPayload) => {
        rings.push({ userId: phone.userId, callId });
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
  end: ({ userId, callId }: Ring) => phones.get(userId)?.end(callId),

  /** How often Apple took a push for each call. */
  pushes() {
    const counts: Record<string, number> = {};
    for (const { status, payload } of mock.pushes) {
      if (status !== 200) continue;
      const { callId } = payload as CallPayload;
      counts[callId] = (counts[callId] ?? 0) + 1;
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
