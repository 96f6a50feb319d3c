/** Apple's push service, played by the mock, and the phones it reaches. A process of its own, as Apple is. */
import type { CallPayload } from "apns-voip";
import { createMockApns, type MockDeviceOptions } from "apns-voip/testing";
import { answerQuestions } from "./conversation.ts";

const mock = createMockApns();
await mock.listen({ caPath: process.env.CA_PATH });

const phones = new Map<string, ReturnType<typeof mock.device>>();

answerQuestions({
  env: () => mock.env(),

  phone(options: MockDeviceOptions) {
    const phone = mock.device(options);
    phones.set(phone.token, phone);
    return { token: phone.token, bundleId: phone.bundleId };
  },

  /** Resolves when the phone rings, or at once if it does already. */
  ringing: (token: string) =>
    new Promise<CallPayload>(resolve => {
      const phone = phones.get(token);
      if (phone?.ringing) resolve(phone.ringing);
      else if (phone) phone.onCall = resolve;
    }),

  answer: (token: string) => phones.get(token)?.answer(),
  end: (token: string) => phones.get(token)?.end(),
  /** From now on phones send back the receipts of pushes to that API server. */
  report: (url: string) => mock.receipts({ url }),
  silence: (token: string) => Object.assign(phones.get(token) ?? {}, { silent: true }).silent,
  notifications: (token: string) => phones.get(token)?.notifications,
  pushes: () => mock.pushes,
  violations: () => mock.violations,
});
