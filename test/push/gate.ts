import { sign } from "node:crypto";
import { type ApnsClientOptions, createApnsClient } from "apns-voip";
import type { MockApns } from "apns-voip/testing";

/** A client whose provider token waits for `open`: until then no push of its leaves. */
export function gatedClient({ key: ours, fetch, clock }: MockApns, options: Pick<ApnsClientOptions, "onEvent"> = {}) {
  const gate = Promise.withResolvers<void>();
  const { key, ...ids } = ours;
  const apns = createApnsClient({
    ...ids,
    sign: data => gate.promise.then(() => sign("sha256", data, { key, dsaEncoding: "ieee-p1363" })),
    bundleId: "com.example.app",
    clock,
    fetch,
    ...options,
  });
  return { apns, open: () => gate.resolve() };
}
